package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Pauses;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.function.Supplier;

/** For work that needs the whole log for itself: it gives up soon, so that nobody waits long behind it, and is tried again. */
final class ShortWait {
    private static final int ATTEMPTS = 60;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final ServiceRuntime runtime;

    ShortWait(ServiceRuntime runtime) {
        this.runtime = runtime;
    }

    /** Fails as the last attempt did, after a minute or so; and at once where the log is damaged, which no waiting mends. */
    <T> Future<T> untilDone(Supplier<Future<T>> work) {
        return attempt(work, ATTEMPTS);
    }

    private <T> Future<T> attempt(Supplier<Future<T>> work, int attempts) {
        return work.get()
                .recover(failure -> attempts > 1 && mayPass(failure)
                        ? runtime.vertx()
                                .timer(Pauses.jittered(runtime.random(), PAUSE).toMillis())
                                .compose(over -> attempt(work, attempts - 1))
                        : Future.failedFuture(failure));
    }

    private static boolean mayPass(Throwable failure) {
        return !(failure instanceof ServiceException refused && refused.code() == ErrorCode.INTERNAL_SERVER_ERROR);
    }
}
