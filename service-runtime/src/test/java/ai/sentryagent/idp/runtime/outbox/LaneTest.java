package ai.sentryagent.idp.runtime.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Event;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A lane on a real bus, to a subscriber that is there or not. */
final class LaneTest {
    private static final Event<String> HAPPENED = new Event<>("it.happened", String.class, Set.of(Subscriber.AUDIT));

    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final ConcurrentLinkedQueue<UUID> heard = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
    private final Lane lane = lane(Duration.ZERO);

    @AfterEach
    void stop() {
        vertx.close().timeout(20, TimeUnit.SECONDS).await();
    }

    @Test
    void aFactThatIsStillOnItsWayIsNotSentTwice() {
        listen();
        Fact fact = fact();
        List<Future<Void>> sent = onLoop(() -> List.of(lane.send(fact), lane.send(fact)));
        Future.all(sent).timeout(20, TimeUnit.SECONDS).await();
        assertThat(heard).containsExactly(fact.eventId());
    }

    @Test
    void whatWaitsForASubscriberThatIsAwayIsBoundedAndArrivesWhenItComes() {
        int most = onLoop(() -> {
            while (!lane.send(fact()).failed()) {
                // nobody listens, so none leaves
            }
            return lane.size();
        });
        assertThat(most).isBetween(1_000, 100_000);
        listen();
        awaitUntil(() -> onLoop(lane::size) == 0);
        assertThat(heard).hasSize(most).doesNotHaveDuplicates();
    }

    @Test
    void whatFailedArrivesThoughFreshFactsNeverCease() {
        AtomicBoolean refuses = new AtomicBoolean(true);
        listen(refuses);
        Lane paced = lane(Duration.ofMillis(40));
        List<Fact> failing = Stream.generate(LaneTest::fact).limit(150).toList();
        List<Future<Void>> sent = onLoop(() -> failing.stream().map(paced::send).toList());
        long arrivals = onLoop(() -> vertx.setPeriodic(2, tick -> paced.send(fact())));
        awaitUntil(() -> !batches.isEmpty());
        refuses.set(false);
        Future.all(sent).timeout(20, TimeUnit.SECONDS).await();
        vertx.cancelTimer(arrivals);
        assertThat(heard).containsAll(failing.stream().map(Fact::eventId).toList());
    }

    @Test
    void aFullLaneEmptiesUnderLoadThatGoesOn() {
        onLoop(() -> {
            while (!lane.send(fact()).failed()) {
                // nobody listens, so none leaves
            }
            return lane.size();
        });
        long arrivals = onLoop(() -> vertx.setPeriodic(1, tick -> lane.send(fact())));
        listen();
        awaitUntil(() -> onLoop(lane::size) < 1_000);
        vertx.cancelTimer(arrivals);
    }

    @Test
    void freshFactsDoNotWaitForOneThatNobodyCanDigest() {
        Fact poison = fact();
        Subscriber.AUDIT
                .serve(Bus.on(vertx), facts -> {
                    batches.add(facts.size());
                    if (facts.contains(poison)) {
                        return Future.failedFuture("indigestible");
                    }
                    facts.forEach(fact -> heard.add(fact.eventId()));
                    return Future.succeededFuture();
                })
                .await();
        Future<Void> refused = onLoop(() -> lane.send(poison));
        int arrived = 0;
        while (!refused.isComplete()) {
            onLoop(() -> lane.send(fact())).timeout(20, TimeUnit.SECONDS).await();
            arrived++;
        }
        assertThat(refused.failed()).isTrue();
        assertThat(arrived).isGreaterThan(100);
    }

    @Test
    void whatComesSoonAfterABatchLeavesTogether() {
        listen();
        Lane paced = lane(Duration.ofMillis(300));
        onLoop(() -> paced.send(fact())).timeout(20, TimeUnit.SECONDS).await();
        Future<Void> second = onLoop(() -> paced.send(fact()));
        Future<Void> third = onLoop(() -> paced.send(fact()));
        Future.all(second, third).timeout(20, TimeUnit.SECONDS).await();
        assertThat(batches).containsExactly(1, 2);
    }

    @Test
    void aFullBatchDoesNotWait() {
        listen();
        Lane paced = lane(Duration.ofDays(1));
        onLoop(() -> paced.send(fact())).timeout(20, TimeUnit.SECONDS).await();
        List<Future<Void>> sent = onLoop(() -> Stream.generate(LaneTest::fact)
                .limit(Subscriber.BATCH)
                .map(paced::send)
                .toList());
        Future.all(sent).timeout(20, TimeUnit.SECONDS).await();
        assertThat(batches).containsExactly(1, Subscriber.BATCH);
    }

    @Test
    void itStopsNobodyElsesTimer() {
        Promise<Void> rang = Promise.promise();
        Vertx fresh = Vertx.vertx();
        try {
            long first = fresh.setTimer(300, id -> rang.complete());
            assertThat(first).isZero();
            Lane paced = new Lane(
                    fresh, Bus.on(fresh), Subscriber.AUDIT, Duration.ofMillis(1), ids -> Future.succeededFuture());
            fresh.runOnContext(go -> paced.send(fact()));
            rang.future().timeout(20, TimeUnit.SECONDS).await();
        } finally {
            fresh.close().timeout(20, TimeUnit.SECONDS).await();
        }
    }

    @Test
    void aDeletionThatIsNeverAnsweredHoldsUpTheNextFactsForAMomentOnly() {
        listen();
        Lane forgetful =
                new Lane(vertx, Bus.on(vertx), Subscriber.AUDIT, Duration.ZERO, ids -> vertx.timer(1, TimeUnit.DAYS)
                        .mapEmpty());
        onLoop(() -> forgetful.send(fact())).timeout(20, TimeUnit.SECONDS).await();
        onLoop(() -> forgetful.send(fact())).timeout(20, TimeUnit.SECONDS).await();
        awaitUntil(() -> onLoop(forgetful::size) == 0);
    }

    private Lane lane(Duration pace) {
        return new Lane(vertx, Bus.on(vertx), Subscriber.AUDIT, pace, ids -> Future.succeededFuture());
    }

    private void listen() {
        listen(new AtomicBoolean());
    }

    private void listen(AtomicBoolean refuses) {
        Subscriber.AUDIT
                .serve(Bus.on(vertx), facts -> {
                    batches.add(facts.size());
                    if (refuses.get()) {
                        return Future.failedFuture("not now");
                    }
                    facts.forEach(fact -> heard.add(fact.eventId()));
                    return Future.succeededFuture();
                })
                .await();
    }

    private static void awaitUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    /** A lane belongs to one event loop. */
    private <T> T onLoop(Callable<T> work) {
        Promise<T> done = Promise.promise();
        loop.runOnContext(go -> {
            try {
                done.complete(work.call());
            } catch (Exception e) {
                done.fail(e);
            }
        });
        return done.future().timeout(20, TimeUnit.SECONDS).await();
    }

    private static Fact fact() {
        return HAPPENED.fact(
                UUID.randomUUID(), Instant.EPOCH, null, Outcome.SUCCESS, Caller.system("test"), "it happened");
    }
}
