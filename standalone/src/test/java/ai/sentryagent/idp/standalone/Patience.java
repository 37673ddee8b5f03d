package ai.sentryagent.idp.standalone;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.opentest4j.AssertionFailedError;

/** Waits for what is about to be so, and says what was there instead when it was not. */
final class Patience {
    private static final Duration LONG = Duration.ofSeconds(40);

    private Patience() {}

    static <T> T until(String what, Callable<T> look, Predicate<T> isSo) throws Exception {
        long end = System.nanoTime() + LONG.toNanos();
        T seen = look.call();
        while (!isSo.test(seen)) {
            if (System.nanoTime() > end) {
                throw new AssertionFailedError("Never came: " + what + "; last seen: " + seen);
            }
            Thread.onSpinWait();
            seen = look.call();
        }
        return seen;
    }

    static void until(String what, Callable<Boolean> isSo) throws Exception {
        until(what, isSo, so -> so);
    }
}
