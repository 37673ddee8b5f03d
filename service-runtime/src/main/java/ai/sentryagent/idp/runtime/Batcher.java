package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what comes at the same moment in one go, such as one statement. Whatever is queued leaves as soon as few enough
 * batches are under way, so a lone item never waits and a crowd shares: the load itself sets the size of a batch. What asks
 * another process gathers besides: the batch after one of {@link #SEVERAL} leaves no sooner than {@link #GATHERED_FOR} after
 * that one left, unless {@link #ENOUGH} wait before; and what has had no answer for {@link #WAITED_FOR} is given up, because
 * whoever asked is gone by then. Belongs to one event loop.
 *
 * @param <T> an item
 * @param <R> what becomes of it
 */
public final class Batcher<T, R> {
    private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

    /** With two at a time each would be half as full and cost as much. */
    private static final int ONE_AT_A_TIME = 1;

    private static final int ROWS = 500;
    private static final int BOUND = 10_000;

    /** Fewer than these come from few clients, who would wait and save nothing. */
    private static final int SEVERAL = 4;

    /** In milliseconds: a small part of what a request takes when so many come. */
    private static final long GATHERED_FOR = 2;

    /** More together save next to nothing. */
    private static final int ENOUGH = 16;

    /** In seconds that have begun: as long as most questions wait for their answer. */
    private static final long WAITED_FOR = 5;

    private static final long SECOND = 1_000;

    private static final long NO_TIMER = -1; // 0 is one

    private final @Nullable Vertx vertx;
    private final Function<List<T>, Future<List<R>>> work;
    private final int mostUnderWay;
    private final int mostInOne;
    private final int enough;
    private final Deque<Item<T, R>> queue = new ArrayDeque<>();
    private final List<Batch<T, R>> underWay = new ArrayList<>();
    private boolean flushing;
    private long gathering = NO_TIMER;
    private boolean ticking;

    /** Passes while there is something to wait for. */
    private long seconds;

    /**
     * For statements: one at a time, and what comes gathers.
     *
     * @param statement answers with one result an item, in the order of the items
     */
    public Batcher(Vertx vertx, Function<List<T>, Future<List<R>>> statement) {
        this(vertx, statement, ROWS);
    }

    /**
     * For what else another process is asked: one batch at a time, and what comes gathers.
     *
     * @param work answers with one result an item, in the order of the items
     * @param mostInOne how many items a batch may have
     */
    public Batcher(Vertx vertx, Function<List<T>, Future<List<R>>> work, int mostInOne) {
        this(vertx, work, ONE_AT_A_TIME, mostInOne);
    }

    /**
     * For work of this process: nothing gathers.
     *
     * @param work answers with one result an item, in the order of the items
     * @param mostUnderWay how many batches may be under way
     * @param mostInOne how many items a batch may have
     */
    public Batcher(Function<List<T>, Future<List<R>>> work, int mostUnderWay, int mostInOne) {
        this(null, work, mostUnderWay, mostInOne);
    }

    private Batcher(@Nullable Vertx vertx, Function<List<T>, Future<List<R>>> work, int mostUnderWay, int mostInOne) {
        this.vertx = vertx;
        this.work = work;
        this.mostUnderWay = mostUnderWay;
        this.mostInOne = mostInOne;
        this.enough = Math.min(ENOUGH, mostInOne);
    }

    private record Item<T, R>(T value, long since, Promise<R> done) {}

    /** Two are never the same, whatever is in them. */
    private static final class Batch<T, R> {
        final List<Item<T, R>> items;
        final long since;

        Batch(List<Item<T, R>> items, long since) {
            this.items = items;
            this.since = since;
        }
    }

    /**
     * Completes when the item's batch has been done. Fails with SERVICE_UNAVAILABLE when too much is queued, and when there is
     * no answer in time: then it may be done all the same, and besides a later batch, if its own was under way.
     */
    public Future<R> add(T value) {
        if (queue.size() >= BOUND) {
            return Future.failedFuture(new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many requests wait"));
        }
        Item<T, R> item = new Item<>(value, seconds, Promise.promise());
        queue.add(item);
        tickOn();
        flush();
        return item.done().future();
    }

    private void flush() {
        if (flushing) { // a batch was done at once, and the loop below goes on
            return;
        }
        flushing = true;
        while (underWay.size() < mostUnderWay
                && !queue.isEmpty()
                && (gathering == NO_TIMER || queue.size() >= enough)) {
            List<Item<T, R>> batch = new ArrayList<>();
            while (batch.size() < mostInOne && !queue.isEmpty()) {
                batch.add(queue.poll());
            }
            begin(batch);
        }
        flushing = false;
    }

    private void begin(List<Item<T, R>> items) {
        Batch<T, R> batch = new Batch<>(items, seconds);
        underWay.add(batch);
        gatherAfter(items);
        Future.succeededFuture() // so that what is thrown below is a failure like any other
                .compose(begin -> work.apply(items.stream().map(Item::value).toList()))
                .onComplete(done -> finish(batch, done));
    }

    private void finish(Batch<T, R> batch, AsyncResult<List<R>> done) {
        if (underWay.remove(batch)) { // else it was given up before
            for (int i = 0; i < batch.items.size(); i++) {
                settle(batch.items.get(i), done, i);
            }
            flush();
        }
    }

    /** One timer for all, and none where nothing waits for another process. */
    private void tickOn() {
        if (vertx != null && !ticking) {
            ticking = true;
            vertx.setTimer(SECOND, over -> {
                ticking = false;
                seconds++;
                giveUp();
                if (!underWay.isEmpty() || !queue.isEmpty()) {
                    tickOn();
                }
            });
        }
    }

    /** First those who have waited behind the batch for as long: for them none shall begin. */
    private void giveUp() {
        Future<List<R>> late =
                Future.failedFuture(new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "There was no answer in time"));
        while (!queue.isEmpty() && seconds - queue.element().since() >= WAITED_FOR) {
            settle(queue.remove(), late, 0);
        }
        List.copyOf(underWay).stream()
                .filter(batch -> seconds - batch.since >= WAITED_FOR)
                .forEach(batch -> {
                    LOG.atWarn()
                            .addKeyValue("items", batch.items.size())
                            .log("There was no answer in time, and whoever waits for it is told to try again");
                    finish(batch, late);
                });
    }

    private void gatherAfter(List<Item<T, R>> items) {
        if (vertx != null && items.size() >= SEVERAL) {
            vertx.cancelTimer(gathering); // of a batch that had enough before
            gathering = vertx.setTimer(GATHERED_FOR, over -> {
                gathering = NO_TIMER;
                flush();
            });
        }
    }

    /** None of a batch may keep the others from hearing of theirs. */
    private static <T, R> void settle(Item<T, R> item, AsyncResult<List<R>> results, int i) {
        try {
            if (results.succeeded()) {
                item.done().complete(results.result().get(i));
            } else {
                item.done().fail(results.cause());
            }
        } catch (Throwable e) { // an Error, too, or the others would wait for ever
            LOG.atError().setCause(e).log("What became of one of a batch could not be told");
            item.done().tryFail(e);
        }
    }
}
