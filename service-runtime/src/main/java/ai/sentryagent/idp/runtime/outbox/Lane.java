package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Subscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one subscriber: facts mostly in their order, in batches, one batch on its way at a time. The facts of a batch
 * that failed are tried again in turn with the fresh ones, few by few, and one that failed alone goes alone from then on:
 * neither holds the other up for longer than a pause, or than an answer is waited for, whatever nobody can digest and
 * however many come. What is not acknowledged after {@link #ATTEMPTS} leaves the lane and stays in the outbox, where the
 * relay finds it.
 */
final class Lane {
    private static final Logger LOG = LoggerFactory.getLogger(Lane.class);
    private static final int BOUND = 20_000;
    private static final int ATTEMPTS = 12;
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** What is not deleted by then is due again soon, and acknowledged once more. */
    private static final Duration FORGOTTEN_WITHIN = Duration.ofSeconds(4);

    /** Of a Vert.x the first timer is 0, and somebody else's. */
    private static final long NO_TIMER = -1;

    private final Vertx vertx;
    private final Bus bus;
    private final Subscriber subscriber;
    private final Function<List<UUID>, Future<Void>> forget;
    private final Map<UUID, Parcel> held = new HashMap<>();
    private final Deque<Parcel> fresh = new ArrayDeque<>();
    private final Deque<Parcel> again = new ArrayDeque<>();
    private final Duration pace;
    private int few = Subscriber.BATCH;
    private boolean busy;
    private boolean gathering;

    /** Whether the last turn was that of what failed. */
    private boolean retried;

    /** Whether what failed must wait for its next. */
    private boolean resting;

    private long untilNext = NO_TIMER;

    /**
     * A lane with nothing on it.
     *
     * @param pace how long after a batch the next one leaves, unless it is full before
     * @param forget deletes the outbox rows of facts that have been acknowledged; its future belongs to the event loop
     */
    Lane(Vertx vertx, Bus bus, Subscriber subscriber, Duration pace, Function<List<UUID>, Future<Void>> forget) {
        this.vertx = vertx;
        this.pace = pace;
        this.bus = bus;
        this.subscriber = subscriber;
        this.forget = forget;
    }

    private static final class Parcel {
        final Fact fact;
        final Promise<Void> acknowledged = Promise.promise();
        int failures;

        Parcel(Fact fact) {
            this.fact = fact;
        }
    }

    /** Completes when the fact has been acknowledged; fails when this lane has given up on it, or is full. */
    Future<Void> send(Fact fact) {
        Parcel known = held.get(fact.eventId());
        if (known != null) { // the relay found the row of a fact that is still on its way
            return known.acknowledged.future();
        }
        if (held.size() >= BOUND) {
            return Future.failedFuture("Too many facts wait for " + subscriber.word());
        }
        Parcel parcel = new Parcel(fact);
        held.put(fact.eventId(), parcel);
        fresh.add(parcel);
        pump();
        return parcel.acknowledged.future();
    }

    /** How many facts are here, waiting or on their way. */
    int size() {
        return held.size();
    }

    private void pump() {
        int retriable = resting ? 0 : again.size();
        int waiting = fresh.size() + retriable;
        if (busy || waiting == 0 || (gathering && waiting < Subscriber.BATCH)) {
            return;
        }
        busy = true;
        gather();
        retried = retriable > 0 && (fresh.isEmpty() || !retried);
        List<Parcel> parcels = retried ? take(again, few) : take(fresh, Subscriber.BATCH);
        Future.succeededFuture() // so that what is thrown below is a failure like any other
                .compose(begin -> subscriber.deliver(
                        bus, parcels.stream().map(p -> p.fact).toList()))
                .onSuccess(done -> delivered(parcels))
                .onFailure(failure -> refused(parcels, failure));
    }

    private void gather() {
        if (!pace.isZero()) {
            gathering = true;
            vertx.cancelTimer(untilNext); // of a batch that was full before
            untilNext = vertx.setTimer(pace.toMillis(), over -> {
                gathering = false;
                pump();
            });
        }
    }

    private static List<Parcel> take(Deque<Parcel> queue, int most) {
        List<Parcel> parcels = new ArrayList<>();
        do {
            parcels.add(queue.remove());
        } while (parcels.size() < most
                && parcels.get(0).failures == 0
                && !queue.isEmpty()
                && queue.getFirst().failures == 0);
        return parcels;
    }

    private void delivered(List<Parcel> parcels) {
        few = Math.min(Subscriber.BATCH, few * 2);
        parcels.forEach(parcel -> parcel.acknowledged.complete());
        // the next batch waits for the deletion, but not for ever, so that a slow database slows the relay and not the
        // other way round
        Future.succeededFuture()
                .compose(begin -> forget.apply(
                                parcels.stream().map(p -> p.fact.eventId()).toList())
                        .timeout(FORGOTTEN_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                .onComplete(done -> {
                    parcels.forEach(this::leave);
                    next();
                });
    }

    private void refused(List<Parcel> parcels, Throwable failure) {
        few = 1;
        if (parcels.size() == 1) {
            refusedAlone(parcels.get(0), failure);
        } else {
            for (int i = parcels.size() - 1; i >= 0; i--) {
                again.addFirst(parcels.get(i));
            }
        }
        if (retried) { // fresh ones need not wait for what nobody may ever digest
            resting = true;
            vertx.setTimer(PAUSE.toMillis(), timer -> {
                resting = false;
                pump();
            });
            next();
        } else {
            vertx.setTimer(PAUSE.toMillis(), timer -> next());
        }
    }

    private void refusedAlone(Parcel parcel, Throwable failure) {
        if (++parcel.failures < ATTEMPTS) {
            again.addLast(parcel);
            return;
        }
        LOG.atWarn()
                .addKeyValue("eventId", parcel.fact.eventId())
                .addKeyValue("type", parcel.fact.type())
                .addKeyValue("subscriber", subscriber.word())
                .addKeyValue("cause", failure.getMessage())
                .log("A fact stays in the outbox for now");
        leave(parcel);
        parcel.acknowledged.fail(failure);
    }

    private void leave(Parcel parcel) {
        held.remove(parcel.fact.eventId());
    }

    private void next() {
        busy = false;
        pump();
    }
}
