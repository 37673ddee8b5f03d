package ai.sentryagent.idp.standalone.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

/** Clients that ask for tokens and introspect them without a pause, and write down every answer. */
final class Load implements AutoCloseable {
    private static final int CLIENTS = 4;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String url;
    private final String clientId;
    private final String secret;
    private final ConcurrentLinkedQueue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * One answer.
     *
     * @param at when it was asked, {@code System.nanoTime()}
     * @param status 0 where there was no answer
     * @param again when to ask again, if the answer says
     */
    record Seen(long at, String what, int status, String body, Optional<String> again) {
        boolean isGood() {
            return status == 200;
        }
    }

    Load(String url, String clientId, String secret) {
        this.url = url;
        this.clientId = clientId;
        this.secret = secret;
    }

    Load start() {
        for (int i = 0; i < CLIENTS; i++) {
            Thread thread = new Thread(this::run, "load-" + i);
            threads.add(thread);
            thread.start();
        }
        return this;
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    List<Seen> bad() {
        return seen.stream().filter(one -> !one.isGood()).toList();
    }

    Seen ask(String what, Map<String, String> form) {
        return send(
                what,
                request(what)
                        .header("content-type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form.entrySet().stream()
                                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                                .collect(Collectors.joining("&"))))
                        .build());
    }

    Seen get(String what) {
        return send(what, request(what).build());
    }

    private HttpRequest.Builder request(String what) {
        return HttpRequest.newBuilder(URI.create(url + what)).timeout(Duration.ofSeconds(30));
    }

    private Seen send(String what, HttpRequest request) {
        long at = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            return new Seen(
                    at,
                    what,
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("retry-after"));
        } catch (IOException e) {
            return new Seen(at, what, 0, e.toString(), Optional.empty());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    Seen token() {
        return ask(
                "/api/v1/token",
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        clientId,
                        "client_secret",
                        secret,
                        "scope",
                        "tokens:read"));
    }

    Seen introspect(String token) {
        return ask("/api/v1/token/introspect", Map.of("token", token, "client_id", clientId, "client_secret", secret));
    }

    static String accessToken(Seen issued) {
        return issued.body().replaceAll(".*\"access_token\":\"([^\"]+)\".*", "$1");
    }

    private void run() {
        while (!stopped) {
            Seen issued = token();
            seen.add(issued);
            if (issued.isGood()) {
                Seen answer = introspect(accessToken(issued));
                seen.add(answer);
                if (answer.isGood() && !answer.body().contains("\"active\":true")) {
                    seen.add(new Seen(answer.at(), "a live token called dead", -1, answer.body(), Optional.empty()));
                }
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
