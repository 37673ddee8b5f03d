package ai.sentryagent.idp.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RoundsTest {
    /** As a start that waits for a day has, a second each. */
    private static final int MANY = 86_400;

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger begun = new AtomicInteger();

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    /** One that completes later, as all do that wait for something. */
    private Future<Integer> round() {
        Promise<Integer> over = Promise.promise();
        vertx.runOnContext(later -> over.complete(begun.incrementAndGet()));
        return over.future();
    }

    @Test
    void aDayOfRoundsEndsAsOneDoes() throws TimeoutException {
        Rounds.untilLast(() -> round().map(times -> times == MANY)).await(30, TimeUnit.SECONDS);
        assertThat(begun).hasValue(MANY);
    }

    @Test
    void whatIsWaitedForIsHandedOn() throws TimeoutException {
        Optional<Integer> third = Optional.of(3);
        assertThat(Rounds.untilThere(() -> round().map(times -> third.filter(times::equals)))
                        .await(10, TimeUnit.SECONDS))
                .isEqualTo(3);
    }

    @Test
    void oneThatFailsIsTheLast() throws TimeoutException {
        Future<Void> ended = Rounds.untilLast(() ->
                round().compose(times -> times == 2 ? Future.failedFuture("gone") : Future.succeededFuture(false)));
        assertThat(ended.transform(end -> Future.succeededFuture(end.cause().getMessage()))
                        .await(10, TimeUnit.SECONDS))
                .isEqualTo("gone");
        assertThat(begun).hasValue(2);
    }
}
