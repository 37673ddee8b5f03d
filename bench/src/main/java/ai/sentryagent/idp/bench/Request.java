package ai.sentryagent.idp.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What is asked again and again.
 *
 * @param authorization the header's value
 * @param body of a POST; a GET has none
 * @param bodies a file with a body a line, of which each request takes the next, instead of {@code body}
 * @param expected what the answer must hold
 */
record Request(URI uri, String authorization, Optional<Body> body, Optional<Path> bodies, String expected) {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    record Body(String type, String text) {}

    static Request form(URI uri, String authorization, String form, String expected) {
        return new Request(uri, authorization, Optional.of(new Body(FORM, form)), Optional.empty(), expected);
    }

    static Request json(URI uri, String authorization, JsonObject json, String expected) {
        Body body = new Body("application/json", json.encode());
        return new Request(uri, authorization, Optional.of(body), Optional.empty(), expected);
    }

    static Request get(URI uri, String authorization, String expected) {
        return new Request(uri, authorization, Optional.empty(), Optional.empty(), expected);
    }

    /** The same with each of these bodies in turn. */
    Request inTurn(Path file) {
        return new Request(uri, authorization, body, Optional.of(file), expected);
    }

    /** Asks once. An answer that is not what is expected is an error, so that no error is measured. */
    String ask() throws IOException {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Authorization", authorization);
        body.ifPresent(it -> builder.header("Content-Type", it.type()).POST(BodyPublishers.ofString(it.text())));
        try {
            HttpResponse<String> response = HTTP.send(builder.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2 || !response.body().contains(expected)) {
                throw new IOException(uri + " answers " + response.statusCode() + " " + response.body());
            }
            return response.body();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** What {@code wrk/load.lua} reads. */
    Map<String, String> environment() {
        Map<String, String> told = new HashMap<>();
        told.put("BENCH_METHOD", body.isPresent() ? "POST" : "GET");
        told.put("BENCH_AUTHORIZATION", authorization);
        body.ifPresent(it -> {
            told.put("BENCH_BODY", it.text());
            told.put("BENCH_CONTENT_TYPE", it.type());
        });
        bodies.ifPresent(file -> told.put("BENCH_BODIES", file.toString()));
        return told;
    }
}
