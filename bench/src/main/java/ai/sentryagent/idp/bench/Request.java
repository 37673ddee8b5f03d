package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is asked again and again.
 *
 * @param authorization the header's value
 * @param form the body, of a POST; a GET has none
 * @param forms a file with a body a line, of which each request takes the next, instead of {@code form}
 * @param expected what the answer must hold
 */
record Request(URI uri, String authorization, Optional<String> form, Optional<Path> forms, String expected) {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();

    static Request post(URI uri, String authorization, String form, String expected) {
        return new Request(uri, authorization, Optional.of(form), Optional.empty(), expected);
    }

    static Request get(URI uri, String authorization, String expected) {
        return new Request(uri, authorization, Optional.empty(), Optional.empty(), expected);
    }

    /** The same with each of these bodies in turn. */
    Request inTurn(Path file) {
        return new Request(uri, authorization, form, Optional.of(file), expected);
    }

    /** Asks once. An answer that is not what is expected is an error, so that no error is measured. */
    String ask() throws IOException {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(uri).timeout(PATIENCE).header("Authorization", authorization);
        Optional<String> body = forms.isPresent() ? Optional.of(lastLine(forms.get())) : form;
        body.ifPresent(text -> builder.header("Content-Type", FORM).POST(HttpRequest.BodyPublishers.ofString(text)));
        try {
            HttpResponse<String> response = HTTP.send(builder.build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200 || !response.body().contains(expected)) {
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
        told.put("BENCH_METHOD", form.isPresent() ? "POST" : "GET");
        told.put("BENCH_AUTHORIZATION", authorization);
        form.ifPresent(body -> {
            told.put("BENCH_BODY", body);
            told.put("BENCH_CONTENT_TYPE", FORM);
        });
        forms.ifPresent(file -> told.put("BENCH_BODIES", file.toString()));
        return told;
    }

    private static String lastLine(Path file) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.reduce("", (first, second) -> second);
        }
    }
}
