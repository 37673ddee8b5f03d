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
import java.util.UUID;
import java.util.stream.Collectors;

/** Sends requests over connections that are kept, and takes the time. */
final class Sender {
    static final String TOKEN = "/api/v1/token";
    static final String INTROSPECT = TOKEN + "/introspect";
    static final String REVOKE = TOKEN + "/revoke";
    static final String AGENTS = "/api/v1/agents";

    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** @param bearer empty for what is public */
    Sent get(String url, String path, String bearer) {
        return json(url, "GET", path, bearer, "");
    }

    Sent json(String url, String method, String path, String bearer, String body) {
        return send(url, method, path, bearer, "application/json", body);
    }

    /** @param bearer empty where whoever asks says so in the form */
    Sent form(String url, String path, String bearer, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(url, "POST", path, bearer, "application/x-www-form-urlencoded", body);
    }

    Sent token(String url, String clientId, String secret, String scope) {
        return form(
                url,
                TOKEN,
                "",
                Map.of(
                        "grant_type", "client_credentials",
                        "client_id", clientId,
                        "client_secret", secret,
                        "scope", scope));
    }

    /** An agent that may have {@code data:read}. */
    Sent register(String url, String bearer) {
        return json(
                url,
                "POST",
                AGENTS,
                bearer,
                """
                {"email":"%s@cluster.example","agentType":"screener","version":"1.0.0","capabilities":["data:*"],
                 "owner":"team","deploymentEnv":"staging"}
                """
                        .formatted(UUID.randomUUID()));
    }

    private Sent send(String url, String method, String path, String bearer, String type, String body) {
        String requestId = UUID.randomUUID().toString();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(ANSWERED_WITHIN)
                .header("x-request-id", requestId)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!bearer.isEmpty()) {
            request.header("authorization", "Bearer " + bearer);
        }
        if (!body.isEmpty()) {
            request.header("content-type", type);
        }
        String what = method + " " + path;
        long begun = System.nanoTime();
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Sent(
                    what,
                    requestId,
                    begun,
                    System.nanoTime(),
                    response.statusCode(),
                    response.headers().firstValue("retry-after").isPresent(),
                    response.headers().allValues("connection").contains("close"),
                    response.body());
        } catch (IOException e) {
            return new Sent(what, requestId, begun, System.nanoTime(), 0, false, true, e.toString());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
