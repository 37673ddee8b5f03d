package ai.sentryagent.idp.gateway.contract;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An ISO 8601 date or date-time as a stretch of time, so that it can begin or end a window that counts it in. A date is its
 * whole day in UTC; a time without an offset is UTC; a time of whole milliseconds, as our answers write them, is its whole
 * millisecond.
 *
 * @param last in the microseconds that Postgres keeps
 */
public record DateOrDateTime(Instant first, Instant last) {
    private static final int LENGTH_OF_A_DATE = "2026-03-05".length();
    private static final Pattern OFFSET = Pattern.compile(".*([Zz]|[+-][0-9:]{5})");

    /** Empty when the text is neither. */
    public static Optional<DateOrDateTime> parse(String text) {
        try {
            return Optional.of(text.length() == LENGTH_OF_A_DATE ? ofDate(text) : ofDateTime(text));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static DateOrDateTime ofDate(String text) {
        Instant first = LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        return new DateOrDateTime(first, lastBefore(first.plus(1, ChronoUnit.DAYS)));
    }

    private static DateOrDateTime ofDateTime(String text) {
        Instant instant = OFFSET.matcher(text).matches()
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        boolean wholeMilliseconds = instant.equals(instant.truncatedTo(ChronoUnit.MILLIS));
        return new DateOrDateTime(instant, wholeMilliseconds ? lastBefore(instant.plusMillis(1)) : instant);
    }

    private static Instant lastBefore(Instant end) {
        return end.minus(1, ChronoUnit.MICROS);
    }
}
