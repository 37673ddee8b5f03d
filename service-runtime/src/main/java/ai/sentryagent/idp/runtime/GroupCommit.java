package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;

/**
 * Writes what comes at the same moment in one statement. Whatever is queued leaves as soon as fewer than two writes are
 * under way, so a lone item never waits and a crowd shares: the load itself sets the size of a batch. Belongs to one event
 * loop.
 *
 * @param <T> what is written
 * @param <R> what the write says of each item
 */
public final class GroupCommit<T, R> {
    private static final int IN_FLIGHT = 2;
    private static final int BATCH = 500;
    private static final int BOUND = 10_000;

    private final Function<List<T>, Future<List<R>>> write;
    private final Deque<Item<T, R>> queue = new ArrayDeque<>();
    private int inFlight;

    /** @param write answers with one result an item, in the order of the items */
    public GroupCommit(Function<List<T>, Future<List<R>>> write) {
        this.write = write;
    }

    private record Item<T, R>(T value, Promise<R> written) {}

    /** Completes after the commit. Fails with SERVICE_UNAVAILABLE when too much is queued. */
    public Future<R> add(T value) {
        if (queue.size() >= BOUND) {
            return Future.failedFuture(new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many requests wait"));
        }
        Item<T, R> item = new Item<>(value, Promise.promise());
        queue.add(item);
        flush();
        return item.written().future();
    }

    private void flush() {
        if (inFlight >= IN_FLIGHT || queue.isEmpty()) {
            return;
        }
        List<Item<T, R>> batch = new ArrayList<>();
        while (batch.size() < BATCH && !queue.isEmpty()) {
            batch.add(queue.poll());
        }
        inFlight++;
        Future.succeededFuture() // so that what is thrown below is a failure like any other
                .compose(begin -> write.apply(batch.stream().map(Item::value).toList()))
                .onSuccess(results -> {
                    for (int i = 0; i < batch.size(); i++) {
                        batch.get(i).written().complete(results.get(i));
                    }
                })
                .onFailure(failure -> batch.forEach(item -> item.written().fail(failure)))
                .onComplete(done -> {
                    inFlight--;
                    flush();
                });
    }
}
