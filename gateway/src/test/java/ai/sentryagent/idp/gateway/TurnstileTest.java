package ai.sentryagent.idp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.gateway.Turnstile.Comer;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class TurnstileTest {
    private static final int UNDER_WAY = 64;
    private static final int NEWCOMERS_UNDER_WAY = 48;
    private static final int NEWCOMERS_BESIDE_OTHERS = 8;
    private static final int WAITING = 2_000;

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private final Turnstile turnstile =
            new Turnstile(new SecureRandom(), ((InstantSource) () -> now).withZone(ZoneOffset.UTC));
    private final List<Promise<Void>> inside = new ArrayList<>();
    private final List<String> order = new ArrayList<>();
    private final Set<String> remembered = new HashSet<>();
    private int guesses;

    private static boolean waits() {
        return false;
    }

    private Future<Void> come(String client, BooleanSupplier gone) {
        return come(client, 100, gone);
    }

    private Future<Void> come(String client, int bytes, BooleanSupplier gone) {
        return come(client, new Comer(digest(client), bytes, false, gone));
    }

    /** Whoever is not remembered shows another secret each time. */
    private ByteBuffer digest(String client) {
        String secret = remembered.contains(client) ? "secret" : "guess " + guesses++;
        return turnstile.digest(new ClientCredentials(client, secret));
    }

    private Future<Void> come(String client, Comer comer) {
        return turnstile.pass(comer, () -> {
            order.add(client);
            Promise<Void> done = Promise.promise();
            inside.add(done);
            return done.future();
        });
    }

    private void come(String client, int times) {
        for (int i = 0; i < times; i++) {
            come(client, TurnstileTest::waits);
        }
    }

    private void fill() {
        remember("first");
        come("first", UNDER_WAY);
        order.clear();
    }

    /** One that was let in is done, and makes room for the next. */
    private void finish(int requests) {
        for (int i = 0; i < requests; i++) {
            inside.remove(0).complete();
        }
    }

    private void remember(String client) {
        remembered.add(client);
        turnstile.remember(digest(client));
    }

    @Test
    void whoComesWhileThereIsRoomGoesStraightIn() {
        remember("agent");
        come("agent", UNDER_WAY);
        assertThat(order).hasSize(UNDER_WAY);
        come("agent", 1);
        assertThat(order).hasSize(UNDER_WAY);
        finish(1);
        assertThat(order).hasSize(UNDER_WAY + 1);
    }

    @Test
    void thoseThatWereHereBeforeGoFirstAndNewcomersHaveEveryFourthTurn() {
        remember("old");
        fill();
        come("new", 4);
        come("old", 6);
        finish(10);
        assertThat(order).containsExactly("new", "old", "old", "old", "new", "old", "old", "old", "new", "new");
    }

    @Test
    void anotherSecretIsANewcomers() {
        turnstile.remember(turnstile.digest(new ClientCredentials("agent", "another")));
        remember("old");
        fill();
        come("agent", 2);
        come("old", 1);
        finish(3);
        assertThat(order).containsExactly("agent", "old", "agent");
    }

    @Test
    void howLongThoseWaitThatMustIsMeasured() {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        Metrics.addRegistry(meters);
        try {
            remember("old");
            fill();
            come("old", 2);
            now = now.plusMillis(300);
            come("new", 1);
            now = now.plusMillis(100);
            finish(3);
            assertThat(waited(meters, "known")).isEqualTo(800);
            assertThat(waited(meters, "newcomers")).isEqualTo(100);
        } finally {
            Metrics.removeRegistry(meters);
        }
    }

    private static double waited(MeterRegistry meters, String line) {
        return meters.get("agentidp_turn_wait").tag("line", line).timer().totalTime(TimeUnit.MILLISECONDS);
    }

    @Test
    void whoHasWaitedForTooLongIsToldToComeAgainAndTheNextOneGoesIn() {
        fill();
        Future<Void> late = come("late", TurnstileTest::waits);
        now = now.plusSeconds(9);
        come("next", 1);
        finish(1);
        assertThat(late.cause()).isInstanceOfSatisfying(ServiceException.class, why -> assertThat(why.code())
                .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        assertThat(order).containsExactly("next");
    }

    @Test
    void whoHasGoneMissesTheTurn() {
        fill();
        Future<Void> gone = come("gone", () -> true);
        come("here", 1);
        finish(1);
        assertThat(gone.failed()).isTrue();
        assertThat(order).containsExactly("here");
    }

    @Test
    void whereTooManyWaitTheNextIsToldSoAtOnceAndTheOtherLineIsNotFull() {
        remember("old");
        fill();
        come("new", WAITING);
        Future<Void> refused = come("new", TurnstileTest::waits);
        assertThat(refused.cause()).isInstanceOfSatisfying(ServiceException.class, why -> assertThat(why.code())
                .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        assertThat(come("old", TurnstileTest::waits).isComplete()).isFalse();
        finish(UNDER_WAY);
        assertThat(come("new", TurnstileTest::waits).isComplete()).isFalse();
    }

    @Test
    void aRequestThatFailsAtOnceMakesRoomForAllThatWait() {
        fill();
        List<Future<Void>> failing = new ArrayList<>();
        for (int i = 0; i < WAITING; i++) {
            failing.add(turnstile.pass(new Comer(digest("agent"), 100, false, TurnstileTest::waits), () -> {
                throw new IllegalStateException("It fails");
            }));
        }
        finish(1);
        assertThat(failing).allMatch(Future::failed);
        come("agent", 1);
        assertThat(order).containsExactly("agent");
    }

    @Test
    void newcomersNeverHaveEveryPlaceUnderWay() {
        come("new", UNDER_WAY);
        assertThat(order).hasSize(NEWCOMERS_UNDER_WAY);
        remember("old");
        come("old", UNDER_WAY);
        assertThat(order).hasSize(UNDER_WAY).endsWith("old");
        now = now.plusSeconds(1);
        finish(1); // a newcomer, so that another may come
        assertThat(order).hasSize(UNDER_WAY + 1).endsWith("new");
    }

    @Test
    void besideThoseAtWorkNewcomersAreFewUntilNobodyHasWorkedForASecond() {
        remember("old");
        come("old", 1);
        come("new", WAITING);
        assertThat(order).hasSize(1 + NEWCOMERS_BESIDE_OTHERS);
        now = now.plusSeconds(1);
        finish(1);
        assertThat(order).hasSize(1 + NEWCOMERS_UNDER_WAY);
    }

    @Test
    void aLongRequestTakesMorePlacesOfTheLine() {
        fill();
        for (int i = 0; i < WAITING / 64; i++) {
            assertThat(come("new", 63 * 1024, TurnstileTest::waits).isComplete())
                    .isFalse();
        }
        assertThat(come("new", 63 * 1024, TurnstileTest::waits).failed()).isTrue();
        finish(1);
        assertThat(come("new", 63 * 1024, TurnstileTest::waits).isComplete()).isFalse();
    }

    @Test
    void suspectsTakeATenthOfTheLineAndTheOthersTheRest() {
        fill();
        for (int i = 0; i < WAITING / 10; i++) {
            assertThat(suspect().isComplete()).isFalse();
        }
        assertThat(suspect().failed()).isTrue();
        assertThat(come("new", TurnstileTest::waits).isComplete()).isFalse();
        finish(1);
        assertThat(suspect().isComplete()).as("one of them has gone in").isFalse();
        assertThat(suspect().failed()).isTrue();
    }

    /** Somebody else may have failed at the same address. */
    @Test
    void suspectsThatHaveShownTheirSecretBeforeWaitAsOthersDo() {
        remember("suspect");
        fill();
        for (int i = 0; i <= WAITING / 10; i++) {
            assertThat(suspect().isComplete()).isFalse();
        }
    }

    private Future<Void> suspect() {
        return come("suspect", new Comer(digest("suspect"), 100, true, TurnstileTest::waits));
    }

    @Test
    void oneClientTakesHalfOfItsLine() {
        remember("busy");
        remember("other");
        fill();
        come("busy", WAITING / 2);
        assertThat(come("busy", TurnstileTest::waits).failed()).isTrue();
        assertThat(come("other", TurnstileTest::waits).isComplete()).isFalse();
        finish(1);
        assertThat(come("busy", TurnstileTest::waits).isComplete()).isFalse();
    }

    @Test
    void whoseSecretIsGoodNoMoreIsANewcomerAgain() {
        remember("agent");
        turnstile.forget(turnstile.digest(new ClientCredentials("agent", "secret")));
        remember("old");
        fill();
        come("agent", 2);
        come("old", 1);
        finish(3);
        assertThat(order).containsExactly("agent", "old", "agent");
    }
}
