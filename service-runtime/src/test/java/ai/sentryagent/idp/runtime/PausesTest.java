package ai.sentryagent.idp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class PausesTest {
    private static final RandomGenerator LEAST = () -> 0;
    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(2);

    @Test
    void eachIsTwiceAsLongAsTheOneBeforeUntilTheLongest() {
        Pauses pauses = new Pauses(LEAST, FIRST, LONGEST);
        assertThat(Stream.generate(pauses::next).limit(6).map(Duration::toMillis))
                .containsExactly(125L, 250L, 500L, 1_000L, 1_000L, 1_000L);
    }

    @Test
    void afterASuccessTheyBeginAnew() {
        Pauses pauses = new Pauses(LEAST, FIRST, LONGEST);
        pauses.next();
        pauses.next();
        pauses.startOver();
        assertThat(pauses.next()).isEqualTo(Duration.ofMillis(125));
    }

    @Test
    void noTwoWaitTheSame() {
        RandomGenerator random = new SplittableRandom(1);
        assertThat(Stream.generate(() -> Pauses.jittered(random, Duration.ofHours(1)))
                        .limit(20))
                .doesNotHaveDuplicates()
                .allSatisfy(pause -> assertThat(pause).isBetween(Duration.ofMinutes(30), Duration.ofMinutes(90)));
    }
}
