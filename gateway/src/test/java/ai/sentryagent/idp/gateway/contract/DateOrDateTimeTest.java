package ai.sentryagent.idp.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class DateOrDateTimeTest {

    @Test
    void takesADateForItsWholeDay() {
        assertThat(DateOrDateTime.parse("2026-03-05"))
                .contains(new DateOrDateTime(
                        Instant.parse("2026-03-05T00:00:00Z"), Instant.parse("2026-03-05T23:59:59.999999Z")));
    }

    @Test
    void takesATimeOfMillisecondsForItsWholeMillisecond() {
        assertThat(DateOrDateTime.parse("2026-03-05T14:02:11.903Z"))
                .contains(new DateOrDateTime(
                        Instant.parse("2026-03-05T14:02:11.903Z"), Instant.parse("2026-03-05T14:02:11.903999Z")));
    }

    @Test
    void takesAFinerTimeAsItIs() {
        Instant instant = Instant.parse("2026-03-05T14:02:11.903456Z");

        assertThat(DateOrDateTime.parse("2026-03-05T14:02:11.903456Z")).contains(new DateOrDateTime(instant, instant));
    }

    @Test
    void takesATimeWithoutAnOffsetForUtc() {
        assertThat(DateOrDateTime.parse("2026-03-05T14:02").map(DateOrDateTime::first))
                .contains(Instant.parse("2026-03-05T14:02:00Z"));
        assertThat(DateOrDateTime.parse("2026-03-05T14:02+01:00").map(DateOrDateTime::first))
                .contains(Instant.parse("2026-03-05T13:02:00Z"));
    }

    @Test
    void isEmptyForAnythingElse() {
        assertThat(DateOrDateTime.parse("soon")).isEmpty();
    }
}
