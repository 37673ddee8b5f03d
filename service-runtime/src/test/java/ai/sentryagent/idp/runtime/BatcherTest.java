package ai.sentryagent.idp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class BatcherTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void whatThrowsFailsItsItemsAndNoLaterOnes() {
        Batcher<String, Integer> batcher = new Batcher<>(vertx, values -> {
            if (values.contains("bad")) {
                throw new IllegalStateException("bad");
            }
            return lengths(values);
        });
        for (int i = 0; i < 3; i++) { // more often than writes can be under way
            assertThat(batcher.add("bad").failed()).isTrue();
        }
        assertThat(batcher.add("good").result()).isEqualTo(4);
    }

    @Test
    void whatComesWhileEnoughIsUnderWayLeavesTogetherAsFarAsItMay() {
        List<List<String>> batches = new ArrayList<>();
        List<Promise<List<Integer>>> underWay = new ArrayList<>();
        Batcher<String, Integer> batcher = new Batcher<>(
                values -> {
                    batches.add(values);
                    underWay.add(Promise.promise());
                    return underWay.get(underWay.size() - 1).future();
                },
                2,
                3);
        List.of("a", "b", "c", "d", "e", "f").forEach(batcher::add);
        underWay.get(0).complete(List.of(1));
        assertThat(batches).containsExactly(List.of("a"), List.of("b"), List.of("c", "d", "e"));
    }

    @Test
    void oneStatementIsUnderWayAtATime() {
        List<List<String>> batches = new ArrayList<>();
        Promise<List<Integer>> first = Promise.promise();
        Batcher<String, Integer> batcher = new Batcher<>(vertx, values -> {
            batches.add(values);
            return first.future();
        });
        List.of("a", "b", "c").forEach(batcher::add);
        assertThat(batches).containsExactly(List.of("a"));
        first.complete(List.of(1));
        assertThat(batches.get(1)).containsExactly("b", "c");
    }

    @Test
    void afterAFewTheNextOneDoesNotWait() {
        Asked asked = new Asked(100);
        onEventLoop(() -> {
            List.of("a", "b", "c", "d").forEach(asked.batcher::add);
            asked.answer("a");
            asked.answer("b", "c", "d");
            asked.batcher.add("e");
            asked.answer("e");
        });
    }

    @Test
    void afterSeveralTheNextOnesGather() {
        Asked asked = new Asked(100);
        onEventLoop(() -> {
            List.of("a", "b", "c", "d", "e").forEach(asked.batcher::add);
            asked.answer("a");
            asked.answer("b", "c", "d", "e");
            asked.batcher.add("f");
            asked.batcher.add("g");
            assertThat(asked.batches).isEmpty();
        });
        asked.answer("f", "g");
        onEventLoop(() -> {
            asked.batcher.add("h");
            asked.answer("h");
        });
    }

    @Test
    void aFullBatchLeavesAtOnceAndTheNextOnesGatherAfterIt() {
        Asked asked = new Asked(4);
        onEventLoop(() -> {
            List.of("a", "b", "c", "d", "e", "f", "g", "h", "i").forEach(asked.batcher::add);
            asked.answer("a");
            asked.answer("b", "c", "d", "e");
            asked.batcher.add("j");
            asked.answer("f", "g", "h", "i");
            assertThat(asked.batches).as("not full").isEmpty();
        });
        asked.answer("j");
    }

    @Test
    void sixteenAreEnough() {
        Asked asked = new Asked(100);
        onEventLoop(() -> {
            List.of("a", "b", "c", "d", "e").forEach(asked.batcher::add);
            asked.answer("a");
            asked.answer("b", "c", "d", "e");
            String[] enough = IntStream.range(0, 16).mapToObj(i -> "f" + i).toArray(String[]::new);
            List.of(enough).forEach(asked.batcher::add);
            asked.answer(enough);
        });
    }

    /** Work that is answered when the test says so. */
    private final class Asked {
        final BlockingQueue<List<String>> batches = new LinkedBlockingQueue<>();
        final BlockingQueue<Promise<List<Integer>>> answers = new LinkedBlockingQueue<>();
        final Batcher<String, Integer> batcher;

        Asked(int mostInOne) {
            batcher = new Batcher<>(
                    vertx,
                    values -> {
                        Promise<List<Integer>> answer = Promise.promise();
                        answers.add(answer);
                        batches.add(values);
                        return answer.future();
                    },
                    mostInOne);
        }

        /** Waits for the next batch, which must be this one. */
        void answer(String... expected) {
            try {
                List<String> batch = batches.poll(10, TimeUnit.SECONDS);
                assertThat(batch).containsExactly(expected);
                answers.remove().complete(lengths(batch).result());
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void onEventLoop(Runnable task) {
        Promise<Void> done = Promise.promise();
        loop.runOnContext(begin -> {
            try {
                task.run();
                done.complete();
            } catch (Throwable e) {
                done.fail(e);
            }
        });
        done.future().await();
    }

    @Test
    void tooManyThatWaitAreRefused() {
        Batcher<String, Integer> batcher =
                new Batcher<>(vertx, values -> Promise.<List<Integer>>promise().future());
        Future<Integer> last = batcher.add("first");
        for (int i = 0; i < 20_000 && !last.failed(); i++) {
            last = batcher.add("next");
        }
        assertThat(last.cause()).isInstanceOf(ServiceException.class);
    }

    @Test
    void whatIsNotAnsweredInTimeIsGivenUpWithAllThatHasWaitedAsLongAndWhatCameSinceGoesOn() {
        List<String> done = new CopyOnWriteArrayList<>();
        Batcher<String, Integer> batcher = new Batcher<>(vertx, values -> {
            if (values.contains("silent")) {
                return Promise.<List<Integer>>promise().future();
            }
            done.addAll(values);
            return lengths(values);
        });
        List<Future<Integer>> early = new ArrayList<>();
        BlockingQueue<Future<Integer>> late = new LinkedBlockingQueue<>();
        onEventLoop(() -> {
            List.of("silent", "a", "b", "c").forEach(item -> early.add(batcher.add(item)));
            vertx.setPeriodic(100, tick -> late.add(batcher.add("late")));
        });
        Future.join(early).otherwiseEmpty().await();
        assertThat(early).allSatisfy(item -> assertThat(item.cause())
                .isInstanceOfSatisfying(ServiceException.class, refused -> assertThat(refused.code())
                        .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE)));
        assertThat(late.remove().otherwise(0).await()).as("came soon after").isZero();
        assertThat(late).last().satisfies(item -> assertThat(item.await()).isEqualTo(4));
        assertThat(done).containsOnly("late");
    }

    @Test
    void theAnswerToWhatWasGivenUpIsHeardByNobodyElse() {
        Asked asked = new Asked(2);
        List<Future<Integer>> added = new ArrayList<>();
        onEventLoop(() -> added.add(asked.batcher.add("given up")));
        Promise<List<Integer>> first = asked.answers.remove();
        asked.batches.remove();
        assertThat(added.get(0).otherwise(0).await()).isZero();
        onEventLoop(() -> {
            added.add(asked.batcher.add("next"));
            first.complete(List.of(1));
            added.add(asked.batcher.add("one after that"));
            assertThat(asked.batches).as("still one at a time").hasSize(1);
        });
        asked.answer("next");
        assertThat(added.get(1).await()).isEqualTo(4);
    }

    @Test
    void aResultTooFewFailsItsItemAndNoOther() {
        Batcher<String, Integer> batcher = new Batcher<>(
                vertx, values -> Future.succeededFuture(values.contains("none") ? List.of() : List.of(1)));
        assertThat(batcher.add("none").failed()).isTrue();
        assertThat(batcher.add("some").result()).isEqualTo(1);
    }

    @Test
    void whoeverFailsToHearOfAnItemKeepsNoOtherFromIt() {
        Promise<List<Integer>> first = Promise.promise();
        Batcher<String, Integer> batcher =
                new Batcher<>(vertx, values -> values.contains("a") ? first.future() : lengths(values));
        batcher.add("a");
        batcher.add("bb").onSuccess(result -> {
            throw new IllegalStateException("cannot hear");
        });
        Future<Integer> other = batcher.add("ccc");
        first.complete(List.of(1));
        assertThat(other.result()).isEqualTo(3);
        assertThat(batcher.add("dddd").result()).isEqualTo(4);
    }

    private static Future<List<Integer>> lengths(List<String> values) {
        return Future.succeededFuture(values.stream().map(String::length).toList());
    }
}
