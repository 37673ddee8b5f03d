package ai.sentryagent.idp.standalone;

import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Waits for what must come about, by looking again and again. */
final class Until {
    private static final Duration LONGEST = Duration.ofSeconds(20);

    private Until() {}

    /** What was seen when it was as it should be; fails when that does not come about in time. */
    static <T> T seen(Supplier<T> look, Predicate<T> done) {
        long end = System.nanoTime() + LONGEST.toNanos();
        T seen = look.get();
        while (!done.test(seen)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("After " + LONGEST + " there was still only " + seen);
            }
            seen = look.get();
        }
        return seen;
    }
}
