package ai.sentryagent.idp.standalone.cluster;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Sends requests over connections that are kept, and takes the time. */
final class Sender {
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    Sent get(String url, String path, String bearer) {
        return send(url, "GET", path, Map.of("authorization", "Bearer " + bearer), "");
    }

    Sent json(String url, String method, String path, String bearer, String body) {
        Map<String, String> headers = body.isEmpty()
                ? Map.of("authorization", "Bearer " + bearer)
                : Map.of("authorization", "Bearer " + bearer, "content-type", "application/json");
        return send(url, method, path, headers, body);
    }

    /** Whoever asks says so in the form. */
    Sent form(String url, String path, Map<String, String> form) {
        return send(url, "POST", path, Map.of("content-type", "application/x-www-form-urlencoded"), encoded(form));
    }

    Sent form(String url, String path, String bearer, Map<String, String> form) {
        return send(
                url,
                "POST",
                path,
                Map.of("authorization", "Bearer " + bearer, "content-type", "application/x-www-form-urlencoded"),
                encoded(form));
    }

    Sent token(String url, String clientId, String secret, String scope) {
        return form(
                url,
                "/api/v1/token",
                Map.of(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        clientId,
                        "client_secret",
                        secret,
                        "scope",
                        scope));
    }

    private Sent send(String url, String method, String path, Map<String, String> headers, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(ANSWERED_WITHIN)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        String what = method + " " + path;
        long begun = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Sent(
                    what,
                    begun,
                    System.nanoTime(),
                    response.statusCode(),
                    response.body(),
                    response.headers().firstValue("retry-after").isPresent(),
                    response.headers().allValues("connection").contains("close"));
        } catch (IOException e) {
            return new Sent(what, begun, System.nanoTime(), 0, e.toString(), false, true);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String encoded(Map<String, String> form) {
        return form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
