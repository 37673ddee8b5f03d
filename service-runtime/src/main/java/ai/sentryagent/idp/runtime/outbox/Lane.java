package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Subscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * The way to one subscriber: facts in their order, in batches, one batch on its way at a time. A batch that fails is tried
 * again fact by fact, so that one fact nobody can digest does not hold up the others for longer than its own attempts.
 * What is not acknowledged after {@link #ATTEMPTS} leaves the lane and stays in the outbox, where the relay finds it.
 */
final class Lane {
    private static final int BATCH = 200;
    private static final int BOUND = 20_000;
    private static final int ATTEMPTS = 12;
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Vertx vertx;
    private final Subscriber subscriber;
    private final Function<List<UUID>, Future<Void>> forget;
    private final Deque<Parcel> waiting = new ArrayDeque<>();
    private int batch = BATCH;
    private boolean busy;

    /** @param forget deletes the outbox rows of facts that have been acknowledged */
    Lane(Vertx vertx, Subscriber subscriber, Function<List<UUID>, Future<Void>> forget) {
        this.vertx = vertx;
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

    /** Completes when the fact has been acknowledged; fails when this lane has given up on it. */
    Future<Void> send(Fact fact) {
        if (waiting.size() >= BOUND) {
            return Future.failedFuture("Too many facts wait for " + subscriber.word());
        }
        Parcel parcel = new Parcel(fact);
        waiting.add(parcel);
        pump();
        return parcel.acknowledged.future();
    }

    boolean isIdle() {
        return !busy && waiting.isEmpty();
    }

    private void pump() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        busy = true;
        List<Parcel> parcels = new ArrayList<>();
        while (parcels.size() < batch && !waiting.isEmpty()) {
            parcels.add(waiting.poll());
        }
        subscriber
                .deliver(vertx.eventBus(), parcels.stream().map(p -> p.fact).toList())
                .onSuccess(done -> delivered(parcels))
                .onFailure(failure -> refused(parcels, failure));
    }

    private void delivered(List<Parcel> parcels) {
        batch = Math.min(BATCH, batch * 2);
        parcels.forEach(parcel -> parcel.acknowledged.complete());
        // the next batch waits for the deletion, so that a slow database slows the relay and not the other way round
        forget.apply(parcels.stream().map(p -> p.fact.eventId()).toList()).onComplete(done -> next());
    }

    private void refused(List<Parcel> parcels, Throwable failure) {
        boolean together = parcels.size() > 1;
        batch = 1;
        for (int i = parcels.size() - 1; i >= 0; i--) {
            Parcel parcel = parcels.get(i);
            if (!together && ++parcel.failures >= ATTEMPTS) {
                parcel.acknowledged.fail(failure);
            } else {
                waiting.addFirst(parcel);
            }
        }
        vertx.setTimer(PAUSE.toMillis(), timer -> next());
    }

    private void next() {
        busy = false;
        pump();
    }
}
