package ai.sentryagent.idp.bench;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
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

    private Crowd(Vertx vertx, TokenClient client) {
        this.vertx = vertx;
        this.client = client;
    }

    /**
     * Asks some times a server that does nothing, so that the asking has been compiled before it counts: it takes the
     * processor of the same machine.
     */
    static void rehearse(List<Login> agents) {
        Vertx vertx = Vertx.vertx();
        try {
            int port = vertx.createHttpServer()
                    .requestHandler(request -> request.response().end())
                    .listen(0, "127.0.0.1")
                    .await()
                    .actualPort();
            for (int i = 0; i < REHEARSALS; i++) {
                ask(new TokenClient.Endpoint("127.0.0.1", port, "/"), agents);
            }
        } finally {
            vertx.close().await();
        }
    }

    /** Returns when the last agent has its token or has failed. */
    static Crowd ask(TokenClient.Endpoint endpoint, List<Login> agents) {
        Vertx vertx = Vertx.vertx();
        try {
            Crowd crowd = new Crowd(vertx, endpoint.client(vertx, agents.size()));
            Future.join(agents.stream().map(crowd::token).toList()).await();
            return crowd;
        } finally {
            vertx.close().await();
        }
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
