package ai.sentryagent.idp.bench;

import io.vertx.core.Vertx;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Agents that have worked for a while: each asks for the next token on its connection as soon as it has one. */
final class WarmLoad implements AutoCloseable {
    private record Answer(long at, long nanos, boolean isToken) {}

    /**
     * What they saw within some time.
     *
     * @param failures answers that were no token, and none at all
     */
    record Seen(int tokens, int failures, double p99Millis) {}

    // Threads of its own, so that it measures the server and not the crowd's client.
    private final Vertx vertx = Vertx.vertx();
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final TokenClient client;
    private volatile boolean ended;

    WarmLoad(TokenClient.Endpoint endpoint, List<Login> agents) {
        this.client = endpoint.client(vertx, agents.size());
        agents.forEach(this::ask);
    }

    Seen between(long begin, long end) {
        List<Answer> seen = answers.stream()
                .filter(answer -> answer.at() >= begin && answer.at() < end)
                .toList();
        int tokens = (int) seen.stream().filter(Answer::isToken).count();
        long[] sorted = seen.stream().mapToLong(Answer::nanos).sorted().toArray();
        double p99 = sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) * 99 / 100] / 1e6;
        return new Seen(tokens, seen.size() - tokens, p99);
    }

    @Override
    public void close() {
        ended = true;
        vertx.close().await();
    }

    private void ask(Login agent) {
        long begun = System.nanoTime();
        client.ask(agent).onComplete(asked -> {
            long now = System.nanoTime();
            answers.add(new Answer(
                    now, now - begun, asked.succeeded() && asked.result().isToken()));
            if (!ended) {
                ask(agent);
            }
        });
    }
}
