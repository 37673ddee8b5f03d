package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Clients that ask every service without end, two for each question. One of them goes to the next gateway with each
 * request, the other stays with one until that closes the connection.
 */
final class Traffic implements AutoCloseable {
    private static final long PAUSE_NANOS = 100_000_000L;
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private final Sender sender = new Sender();
    private final Gateways gateways;
    private final List<Client> clients = new ArrayList<>();
    private volatile boolean stopped;

    Traffic(Gateways gateways, String clientId, String secret) {
        this.gateways = gateways;
        String token = Patience.until(
                        "a token",
                        () -> sender.token(gateways.next(), clientId, secret, "agents:read tokens:read audit:read"),
                        Sent::isGood)
                .text("access_token");
        Map<String, String> introspection = Map.of("token", token, "client_id", clientId, "client_secret", secret);
        String agent = Sender.AGENTS + "/" + clientId;
        ask(url -> sender.token(url, clientId, secret, "tokens:read"));
        ask(url -> insistOnActive(sender.form(url, Sender.INTROSPECT, "", introspection)));
        ask(url -> sender.get(url, agent, token));
        ask(url -> sender.get(url, agent + "/credentials", token));
        ask(url -> sender.get(url, "/api/v1/audit?limit=1", token));
        clients.forEach(client -> client.thread.start());
    }

    private final class Client {
        private final Queue<Sent> answers = new ConcurrentLinkedQueue<>();
        private final Thread thread;
        private volatile long lastBegun = System.nanoTime();

        /** How many of the last answers were good, of those to what was sent after this moment. */
        int goodSince(long begun) {
            int inARow = 0;
            for (Sent answer : answers) {
                inARow = answer.isGood() && answer.begun() - begun > 0 ? inARow + 1 : 0;
            }
            return inARow;
        }

        Client(Function<String, Sent> question, Supplier<String> first, boolean stays) {
            thread = new Thread(() -> {
                String url = first.get();
                while (!stopped) {
                    Sent answer = question.apply(url);
                    answers.add(answer);
                    lastBegun = answer.begun();
                    url = stays && !answer.closes() ? url : gateways.next();
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            });
        }
    }

    /** Everything that was asked, and what was answered. */
    Stream<Sent> all() {
        return clients.stream().flatMap(client -> client.answers.stream());
    }

    List<Sent> since(long begun) {
        return all().filter(sent -> sent.begun() - begun >= 0).toList();
    }

    /** Everything that failed and was not over by then. */
    List<Sent> failedSince(long ended) {
        return all().filter(sent -> !sent.isGood() && sent.ended() - ended >= 0).toList();
    }

    /** Every token that somebody was given. */
    Stream<String> tokens() {
        return all().filter(sent -> sent.what().equals("POST " + Sender.TOKEN) && sent.isGood())
                .map(sent -> sent.text("access_token"));
    }

    /** Waits until each client has the answer to something that it sent after this moment. */
    void untilAllHaveAsked(long after) {
        await(client -> client.lastBegun - after > 0);
    }

    /** Waits until each client has had so many good answers in a row to what it sent after this moment. */
    void untilAllAreServed(int inARow, long after) {
        await(client -> client.goodSince(after) >= inARow);
    }

    private void await(Predicate<Client> isSo) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!clients.stream().allMatch(isSo)) {
            assertThat(System.nanoTime() - end)
                    .as("some client waits for ever for its answer")
                    .isNegative();
            LockSupport.parkNanos(PAUSE_NANOS); // not a busy wait: it would take from those who answer
        }
    }

    private void ask(Function<String, Sent> question) {
        clients.add(new Client(question, gateways::next, false));
        clients.add(new Client(question, gateways::next, true));
    }

    private static Sent insistOnActive(Sent answer) {
        return !answer.isGood() || answer.member("active").asBoolean()
                ? answer
                : new Sent(
                        "a live token called dead",
                        answer.requestId(),
                        answer.begun(),
                        answer.ended(),
                        -1,
                        false,
                        false,
                        answer.body());
    }

    @Override
    public void close() {
        stopped = true;
        for (Client client : clients) {
            try {
                client.thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
