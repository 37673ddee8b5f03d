package ai.sentryagent.idp.credentials;

import io.vertx.core.Future;
import io.vertx.core.Timer;
import io.vertx.core.Vertx;
import java.util.concurrent.TimeUnit;

/**
 * When an authentication may be refused: 10 ms after it was asked for, or 20, 40, 80 and so on. To find out takes longer for
 * one client than for another, such as for one with more credentials; so that this cannot be measured, what was found is held
 * back until then. Few beats, because thousands may wait while Postgres is away.
 */
final class RefusalBeat {
    private static final long FIRST = 10; // in milliseconds

    private final Vertx vertx;
    private Timer next;

    /** Begins now, on the event loop of whoever asks. */
    RefusalBeat(Vertx vertx) {
        this.vertx = vertx;
        this.next = beatAfter(FIRST, FIRST);
    }

    private Timer beatAfter(long pause, long sinceAsked) {
        Timer beat = vertx.timer(pause, TimeUnit.MILLISECONDS);
        beat.onSuccess(over -> next = beatAfter(sinceAsked, 2 * sinceAsked));
        return beat;
    }

    /** Fails with the refusal when it may be told. */
    <T> Future<T> hold(Throwable refusal) {
        return next.compose(over -> Future.failedFuture(refusal));
    }

    void end() {
        next.cancel();
    }
}
