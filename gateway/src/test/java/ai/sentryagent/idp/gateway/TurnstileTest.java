package ai.sentryagent.idp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

final class TurnstileTest {
    private static final int UNDER_WAY = 64;
    private static final int WAITING = 2_000;

    private final Turnstile turnstile = new Turnstile(new SecureRandom());
    private final List<Promise<Void>> inside = new ArrayList<>();
    private final List<String> order = new ArrayList<>();

    private static boolean waits() {
        return false;
    }

    private Future<Void> come(String client, BooleanSupplier gone) {
        return turnstile.pass(new ClientCredentials(client, "secret"), gone, () -> {
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
        turnstile.remember(new ClientCredentials(client, "secret"));
    }

    @Test
    void whoComesWhileThereIsRoomGoesStraightIn() {
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
        turnstile.remember(new ClientCredentials("agent", "another"));
        remember("old");
        fill();
        come("agent", 2);
        come("old", 1);
        finish(3);
        assertThat(order).containsExactly("agent", "old", "agent");
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
            failing.add(turnstile.pass(new ClientCredentials("agent", "secret"), TurnstileTest::waits, () -> {
                throw new IllegalStateException("It fails");
            }));
        }
        finish(1);
        assertThat(failing).allMatch(Future::failed);
        come("agent", 1);
        assertThat(order).containsExactly("agent");
    }
}
