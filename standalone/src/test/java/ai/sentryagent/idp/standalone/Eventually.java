package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks again until what is to come has come. */
final class Eventually {
    private static final long DEADLINE_NANOS = 20_000_000_000L;

    private Eventually() {}

    /** Fails when it has not come in time. */
    static <T> T seen(Supplier<T> look, Predicate<T> done) {
        long end = System.nanoTime() + DEADLINE_NANOS;
        T seen = look.get();
        while (!done.test(seen) && System.nanoTime() < end) {
            seen = look.get();
        }
        assertThat(done.test(seen)).as("%s", seen).isTrue();
        return seen;
    }
}
