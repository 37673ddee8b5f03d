package ai.sentryagent.idp.standalone.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** The HTTP contract as a client uses it, on several gateways by turns; every answer is written down. */
final class Api {
    static final String AGENTS = "/api/v1/agents";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SCOPES = "agents:read agents:write tokens:read tokens:write audit:read";

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final AtomicInteger turn = new AtomicInteger();
    private final List<String> gateways;
    private final Ledger ledger;
    private volatile String admin = "";

    Api(List<String> gateways, Ledger ledger) {
        this.gateways = gateways;
        this.ledger = ledger;
    }

    /** Every management request is the administrator's from now on. */
    Answer enter(String clientId, String secret) {
        Answer answer = token(clientId, secret, SCOPES);
        if (answer.isDone()) {
            admin = answer.text("access_token");
        }
        return answer;
    }

    Answer register() {
        return manage(
                "agent.created",
                "",
                "POST",
                AGENTS,
                """
                {"email":"%s@cluster.example","agentType":"screener","version":"1.0.0","capabilities":["data:*"],
                 "owner":"team","deploymentEnv":"staging"}
                """
                        .formatted(UUID.randomUUID()));
    }

    Answer status(String agentId, String action, String status) {
        return manage(action, agentId, "PATCH", AGENTS + "/" + agentId, "{\"status\":\"" + status + "\"}");
    }

    Answer decommission(String agentId) {
        return manage("agent.decommissioned", agentId, "DELETE", AGENTS + "/" + agentId, "");
    }

    Answer generate(String agentId) {
        return manage("credential.generated", agentId, "POST", AGENTS + "/" + agentId + "/credentials", "");
    }

    Answer rotate(String agentId, String credentialId) {
        return manage("credential.rotated", credentialId, "POST", credential(agentId, credentialId) + "/rotate", "");
    }

    Answer revoke(String agentId, String credentialId) {
        return manage("credential.revoked", credentialId, "DELETE", credential(agentId, credentialId), "");
    }

    Answer token(String clientId, String secret, String scope) {
        return form(
                "token.issued",
                clientId,
                "",
                "/api/v1/token",
                Map.of(
                        "grant_type", "client_credentials",
                        "client_id", clientId,
                        "client_secret", secret,
                        "scope", scope));
    }

    Answer introspect(String agentId, String token) {
        return form("token.introspected", agentId, admin, "/api/v1/token/introspect", Map.of("token", token));
    }

    Answer revoke(String token) {
        return form("token.revoked", token, admin, "/api/v1/token/revoke", Map.of("token", token));
    }

    /** The token's bearer asks for what is its own. */
    Answer bear(String agentId, String token) {
        return send("bear", agentId, "GET", AGENTS + "/" + agentId + "/credentials", token, "application/json", "");
    }

    Answer manage(String asked, String subject, String method, String path, String body) {
        return send(asked, subject, method, path, admin, "application/json", body);
    }

    private static String credential(String agentId, String credentialId) {
        return AGENTS + "/" + agentId + "/credentials/" + credentialId;
    }

    private Answer form(String asked, String subject, String bearer, String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(asked, subject, "POST", path, bearer, "application/x-www-form-urlencoded", body);
    }

    private Answer send(
            String asked, String subject, String method, String path, String bearer, String type, String body) {
        String requestId = UUID.randomUUID().toString();
        String gateway = gateways.get(Math.floorMod(turn.getAndIncrement(), gateways.size()));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway + path))
                .timeout(Duration.ofSeconds(30))
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
        Answer answer;
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            answer = new Answer(
                    requestId,
                    asked,
                    subject,
                    response.statusCode(),
                    response.headers().firstValue("retry-after"),
                    json(response.body()));
        } catch (IOException e) {
            answer = new Answer(
                    requestId,
                    asked,
                    subject,
                    0,
                    Optional.empty(),
                    JSON.getNodeFactory().textNode(e.toString()));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        ledger.note(answer);
        return answer;
    }

    /** A page that is no part of the contract. */
    static String text(String url) throws IOException {
        try (InputStream in = URI.create(url).toURL().openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JsonNode json(String body) throws IOException {
        return body.startsWith("{") ? JSON.readTree(body) : MissingNode.getInstance();
    }
}
