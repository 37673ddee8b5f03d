package ai.sentryagent.idp.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Agents that ask for their first token all at once, each on a connection of its own. */
final class Crowd {
    /** When nobody asks again any more. */
    private static final Duration END = Duration.ofMinutes(2);

    private static final int REHEARSALS = 5;

    /** How the requests ended; an agent that was told to come again has made several. */
    final AtomicInteger tokens = new AtomicInteger();

    final AtomicInteger toldToComeAgain = new AtomicInteger();
    final AtomicInteger timeouts = new AtomicInteger();
    final AtomicInteger failures = new AtomicInteger();

    private final Vertx vertx;
    private final TokenClient client;
    private final long begun = System.nanoTime();
    private long ended;

    private Crowd(Vertx vertx, TokenClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    /**
     * Some crowds that only look whether it lives, so that what both sides do for a new connection has been compiled before
     * it counts, and nobody has authenticated yet.
     */
    static void rehearse(TokenClient.Endpoint endpoint, List<Login> agents) {
        for (int i = 0; i < REHEARSALS; i++) {
            ask(new TokenClient.Endpoint(endpoint.host(), endpoint.port(), "/health/live"), agents);
        }
    }

    /** Returns when the last agent has its token or has failed. Takes one core at most from the server. */
    static Crowd ask(TokenClient.Endpoint endpoint, List<Login> agents) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try {
            Crowd crowd = new Crowd(vertx, endpoint.client(vertx, agents.size()));
            Future.join(agents.stream().map(crowd::token).toList()).await();
            crowd.ended = System.nanoTime();
            return crowd;
        } finally {
            vertx.close().await();
        }
    }

    /** When the last agent had its token or had failed; the connections are closed after that, all at once, as no fleet does. */
    long ended() {
        return ended;
    }

    private Future<Integer> token(Login agent) {
        return client.ask(agent).transform(asked -> {
            if (asked.failed()) {
                boolean late = asked.cause() instanceof TimeoutException;
                return Future.succeededFuture((late ? timeouts : failures).incrementAndGet());
            }
            TokenClient.Answer answer = asked.result();
            if (answer.isToken()) {
                return Future.succeededFuture(tokens.incrementAndGet());
            }
            if (answer.status() != 503 || answer.retryAfter().isEmpty() || isOver()) {
                return Future.succeededFuture(failures.incrementAndGet());
            }
            toldToComeAgain.incrementAndGet();
            return vertx.timer(answer.retryAfter().get().toMillis()).compose(rung -> token(agent));
        });
    }

    private boolean isOver() {
        return System.nanoTime() - begun > END.toNanos();
    }
}
