package ai.sentryagent.idp.schema;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Work that is done round after round. Where each round composes the next, as many futures wait in each other as there were
 * rounds, and when the last completes the stack overflows.
 */
public final class Rounds {
    private Rounds() {}

    /**
     * Begins a round whenever the one before is over, until one says that it was the last.
     *
     * @param round one that completes later: it waits for something
     */
    public static Future<Void> untilLast(Supplier<Future<Boolean>> round) {
        return untilThere(() -> round.get().map(last -> last ? Optional.of(last) : Optional.empty()))
                .mapEmpty();
    }

    /** Begins a round whenever the one before is over, until one brings what is waited for. */
    public static <T> Future<T> untilThere(Supplier<Future<Optional<T>>> round) {
        Promise<T> end = Promise.promise();
        next(round, end);
        return end.future();
    }

    private static <T> void next(Supplier<Future<Optional<T>>> round, Promise<T> end) {
        Future.succeededFuture()
                .compose(start -> round.get())
                .onFailure(end::fail)
                .onSuccess(found -> found.ifPresentOrElse(end::complete, () -> next(round, end)));
    }
}
