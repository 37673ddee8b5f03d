package ai.sentryagent.idp.schema;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.audit.Acknowledge;
import ai.sentryagent.idp.schema.audit.Acknowledged;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.Follow;
import ai.sentryagent.idp.schema.audit.Followed;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A subscription at a log that is away at first, gives no hints, or fails. */
@Timeout(60)
final class SubscriptionTest {
    private static final Future<Followed> AWAY =
            Future.failedFuture(new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Away"));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final BlockingQueue<Long> handled = new LinkedBlockingQueue<>();
    private final List<Long> acknowledged = new CopyOnWriteArrayList<>();
    private volatile long position;
    private final AtomicInteger asked = new AtomicInteger();
    private final KeptLog log = new KeptLog(Follower.class);
    private volatile long head;

    @AfterEach
    void close() throws TimeoutException {
        log.close();
        soon(vertx.close());
    }

    @Test
    void itWaitsForALogThatCannotAnswerYet() throws Exception {
        head = 2;
        serve(question -> asked.get() <= 2 ? AWAY : followed(question), SubscriptionTest::taken);
        soon(subscription(fact -> Future.succeededFuture()).start(bus));
        assertThat(handledSoon(2)).containsExactly(1L, 2L);
        assertThat(log.lines).hasSize(2).allMatch(line -> line.startsWith("Facts wait: subscription=test "));
    }

    @Test
    void withoutAHintItLooksAllTheSame() throws Exception {
        serve(this::emptyWhenFirstLookedAt, SubscriptionTest::taken);
        soon(subscription(fact -> Future.succeededFuture()).start(bus));
        assertThat(handledSoon(1)).containsExactly(1L);
        assertThat(asked).hasValueGreaterThan(2);
    }

    @Test
    void moreThanABatchIsReadOnAtOnce() throws Exception {
        head = 250;
        serve(this::followed, SubscriptionTest::taken);
        soon(subscription(fact -> Future.succeededFuture()).start(bus));
        assertThat(handledSoon(250))
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 250).boxed().toList());
    }

    @Test
    void closingWaitsForTheFactUnderWayAcknowledgesItAndTakesNoOther() throws Exception {
        head = 3;
        serve(this::followed, SubscriptionTest::taken);
        Promise<Void> release = Promise.promise();
        Subscription subscription = subscription(fact -> release.future());
        soon(subscription.start(bus));
        assertThat(handledSoon(1)).containsExactly(1L);
        Future<Void> closed = subscription.close();
        assertThat(closed.isComplete()).isFalse();
        release.complete();
        soon(closed);
        assertThat(acknowledged).containsExactly(1L);
        assertThat(handled).isEmpty();
    }

    @Test
    void whatCouldNotBeAcknowledgedComesAgain() throws Exception {
        head = 2;
        serve(this::followed, question -> acknowledged.size() == 1 ? AWAY.mapEmpty() : Future.succeededFuture());
        soon(subscription(fact -> Future.succeededFuture()).start(bus));
        assertThat(handledSoon(4)).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void whateverAnEffectIsDoneByTheNextFactIsHandledOnTheEventLoopThatStarted() throws Exception {
        head = 20;
        serve(this::followed, SubscriptionTest::taken);
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        Executor soonAndElsewhere = CompletableFuture.delayedExecutor(1, TimeUnit.MILLISECONDS);
        Subscription subscription = subscription(fact -> {
            threads.add(Thread.currentThread());
            return Future.fromCompletionStage(CompletableFuture.runAsync(() -> {}, soonAndElsewhere));
        });
        Promise<Void> started = Promise.promise();
        vertx.runOnContext(here -> {
            threads.add(Thread.currentThread());
            subscription.start(bus).onComplete(started);
        });
        soon(started.future());
        assertThat(handledSoon(20)).hasSize(20);
        assertThat(threads).hasSize(1);
    }

    private Subscription subscription(Function<Fact, Future<Void>> effect) {
        return Subscription.of("test", fact -> {
            handled.add(fact.data().asLong());
            return effect.apply(fact);
        });
    }

    /** A log whose facts say their place. */
    private void serve(Function<Follow, Future<Followed>> following, Function<Acknowledge, Future<Void>> acknowledging)
            throws TimeoutException {
        soon(AuditOperations.FOLLOW.serve(bus, (caller, question) -> {
            asked.incrementAndGet();
            return following.apply(question);
        }));
        soon(AuditOperations.ACKNOWLEDGE.serve(bus, (caller, question) -> {
            acknowledged.add(question.sequence());
            return acknowledging.apply(question).map(done -> {
                position = question.sequence();
                return new Acknowledged(position);
            });
        }));
    }

    private Future<Followed> followed(Follow question) {
        return Future.succeededFuture(new Followed(
                position,
                head,
                LongStream.rangeClosed(position + 1, Math.min(head, position + question.limit()))
                        .mapToObj(sequence -> new Followed.Entry(sequence, fact(sequence)))
                        .toList(),
                null));
    }

    private static Future<Void> taken(Acknowledge question) {
        return Future.succeededFuture();
    }

    /** When it starts and when it looks for the first time there is nothing, and right after that there is. */
    private Future<Followed> emptyWhenFirstLookedAt(Follow question) {
        Future<Followed> answer = followed(question);
        head = asked.get() == 2 ? 1 : head;
        return answer;
    }

    private static Fact fact(long sequence) {
        return new Event<>("agent.created", Long.class, Set.of())
                .fact(Sample.ID, Sample.TIME, null, Outcome.SUCCESS, Caller.system("test"), sequence);
    }

    private List<Long> handledSoon(int count) throws InterruptedException {
        List<Long> seen = new CopyOnWriteArrayList<>();
        while (seen.size() < count) {
            Long next = handled.poll(20, TimeUnit.SECONDS);
            assertThat(next).as("after %s", seen).isNotNull();
            seen.add(next);
        }
        return seen;
    }

    private static <T> T soon(Future<T> future) throws TimeoutException {
        return future.await(20, TimeUnit.SECONDS);
    }
}
