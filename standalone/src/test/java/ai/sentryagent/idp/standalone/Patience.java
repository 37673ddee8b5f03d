package ai.sentryagent.idp.standalone;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.opentest4j.AssertionFailedError;

/** Waits for what is about to be so, and says what was there instead when it was not. */
public final class Patience {
    private static final Duration LONG = Duration.ofSeconds(40);

    /** Not a busy wait: it would take from those who are waited for. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);

    /** A look that may fail in its own way, so that only tests whose look does so must declare it. */
    @FunctionalInterface
    public interface Look<T, X extends Exception> {
        T take() throws X;
    }

    private Patience() {}

    /** What was seen when it was so. */
    public static <T, X extends Exception> T until(String what, Look<T, X> look, Predicate<T> isSo) throws X {
        return untilWithin(LONG, what, look, isSo);
    }

    /** The same for what takes long. */
    public static <T, X extends Exception> T untilWithin(Duration time, String what, Look<T, X> look, Predicate<T> isSo)
            throws X {
        long end = System.nanoTime() + time.toNanos();
        T seen = look.take();
        while (!isSo.test(seen)) {
            if (System.nanoTime() > end) {
                throw new AssertionFailedError("Never came: " + what + "; last seen: " + seen);
            }
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            seen = look.take();
        }
        return seen;
    }

    static <X extends Exception> void until(String what, Look<Boolean, X> isSo) throws X {
        until(what, isSo, so -> so);
    }
}
