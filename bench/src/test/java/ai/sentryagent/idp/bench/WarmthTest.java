package ai.sentryagent.idp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

final class WarmthTest {
    @Test
    void oneSpellSaysNothing() {
        assertThat(after(1_000)).isFalse();
    }

    @Test
    void whoeverBecomesQuickerIsNotWarm() {
        assertThat(after(1_000, 1_500, 1_600, 1_700)).isFalse();
        assertThat(after(1_000, 1_500, 1_500, 1_600)).isFalse();
    }

    @Test
    void whoeverHasNotBecomeQuickerTwiceInARowIsWarm() {
        assertThat(after(1_000, 1_500, 1_530, 1_490)).isTrue();
        assertThat(after(2_000, 1_900, 1_850)).isTrue();
    }

    @Test
    void aSlowSpellDoesNotMakeTheNextOneLookLikeGrowth() {
        assertThat(after(1_000, 1_500, 900, 1_500)).isTrue();
    }

    private static boolean after(double... rates) {
        Warmth warmth = new Warmth();
        DoubleStream.of(rates).forEach(warmth::add);
        return warmth.isSteady();
    }
}
