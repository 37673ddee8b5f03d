package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Every action that a call can lead to is in the log once, and says who, what, whence and how it ended. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditActionsTest {
    private static final String USER_AGENT = "audit-actions/1.0";

    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Management management = Management.of(product);
    private final AuditTrail trail = new AuditTrail(management);
    private final Management.Agent agent = management.register();
    private final String administrator =
            trail.of(agent.id(), "agent.created").path("actorId").asText();
    private int calls;

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void theFirstAdministratorWasMadeByTheSystem() {
        JsonNode event = trail.of(administrator, "system.bootstrapped");
        assertThat(event.path("outcome").asText()).isEqualTo("success");
        assertThat(event.path("actorId").isNull()).isTrue();
        assertThat(event.path("ipAddress").isNull()).isTrue();
        assertThat(trail.of(administrator, "credential.generated")
                        .at("/metadata/credentialId")
                        .asText())
                .isNotEmpty();
    }

    @Test
    void registeringIsAgentCreated() {
        String id = "register-" + ++calls;
        Reply made =
                call(id, "POST", Management.AGENTS, Management.registration().toString());
        only(id, "agent.created", made.text("agentId"), administrator, "success");
    }

    @Test
    void changingIsAgentUpdatedWithTheFieldsThatChanged() {
        Management.Agent changed = management.register();
        JsonNode metadata =
                changes(changed, "PATCH", changed.path(), "{\"owner\":\"new\",\"version\":\"2.0.0\"}", "agent.updated");
        assertThat(metadata.path("changes").properties()).hasSize(2);
        assertThat(metadata.at("/changes/owner/from").asText()).isEqualTo("team");
        assertThat(metadata.at("/changes/owner/to").asText()).isEqualTo("new");
        assertThat(metadata.at("/changes/version/to").asText()).isEqualTo("2.0.0");
    }

    @Test
    void eachMoveOfStatusIsAnActionOfItsOwn() {
        Management.Agent moved = management.register();
        changes(moved, "PATCH", moved.path(), "{\"status\":\"suspended\"}", "agent.suspended");
        changes(moved, "PATCH", moved.path(), "{\"status\":\"active\"}", "agent.reactivated");
        String id = "decommission-" + ++calls;
        call(id, "DELETE", moved.path(), "");
        List<JsonNode> events = ofCall(id, 2);
        assertThat(events.stream().map(event -> event.path("action").asText()))
                .containsExactlyInAnyOrder("agent.decommissioned", "credential.revoked");
    }

    @Test
    void aChangeOfFieldAndStatusAtOnceIsTwoActions() {
        Management.Agent moved = management.register();
        String id = "both-" + ++calls;
        call(id, "PATCH", moved.path(), "{\"owner\":\"new\",\"status\":\"suspended\"}");
        assertThat(ofCall(id, 2).stream().map(event -> event.path("action").asText()))
                .containsExactlyInAnyOrder("agent.updated", "agent.suspended");
    }

    @Test
    void credentialsAreGeneratedRotatedAndRevoked() {
        Management.Agent holder = management.register();
        JsonNode generated = changes(holder, "POST", holder.path() + "/credentials", "{}", "credential.generated");
        assertThat(generated.path("credentialId").asText()).isNotEmpty();
        JsonNode rotated = changes(
                holder, "POST", holder.credential() + "/rotate", "{\"revokeTokens\":true}", "credential.rotated");
        assertThat(rotated.path("credentialId").asText()).isEqualTo(holder.credentialId());
        assertThat(rotated.path("revokeTokens").asBoolean()).isTrue();
        JsonNode revoked = changes(holder, "DELETE", holder.credential(), "", "credential.revoked");
        assertThat(revoked.path("credentialId").asText()).isEqualTo(holder.credentialId());
    }

    @Test
    void tokensAreIssuedIntrospectedAndRevoked() {
        Map<String, String> grant = client(agent.secret());
        grant.put("grant_type", "client_credentials");
        grant.put("scope", "data:read");
        Reply issued = form("issue", "/api/v1/token", grant);
        JsonNode event = only("issue", "token.issued", agent.id(), agent.id(), "success");
        JsonNode metadata = event.path("metadata");
        assertThat(metadata.path("jti").asText()).isNotEmpty();
        assertThat(metadata.path("credentialId").asText()).isEqualTo(agent.credentialId());
        assertThat(metadata.path("scope").asText()).isEqualTo("data:read");

        Map<String, String> token = client(agent.secret());
        token.put("token", issued.text("access_token"));
        form("introspect", "/api/v1/token/introspect", token);
        only("introspect", "token.introspected", agent.id(), agent.id(), "success");
        form("revoke", "/api/v1/token/revoke", token);
        JsonNode revoked = only("revoke", "token.revoked", agent.id(), agent.id(), "success");
        assertThat(revoked.path("metadata")).isEqualTo(metadata);
        assertThat(List.of(event, revoked).toString()).doesNotContain(issued.text("access_token"), agent.secret());
    }

    @Test
    void aWrongSecretIsAuthFailed() {
        Map<String, String> grant = client("sk_live_" + "0".repeat(64));
        grant.put("grant_type", "client_credentials");
        form("wrong", "/api/v1/token", grant);
        JsonNode event = only("wrong", "auth.failed", agent.id(), "null", "failure");
        assertThat(event.toString()).doesNotContain("sk_live_");
    }

    @Test
    void whatIsRefusedAndWhatIsReadLeavesNoTrace() {
        call("refused", "POST", Management.AGENTS, "{}");
        call("none", "DELETE", "/api/v1/agents/" + agent.credentialId(), "");
        call("reading", "GET", agent.path(), "");
        call("fence", "PATCH", agent.path(), "{\"owner\":\"fence-" + ++calls + "\"}");
        ofCall("fence", 1);
        List<String> seen = trail.search("").stream()
                .map(event -> event.path("requestId").asText())
                .toList();
        assertThat(seen).contains("fence").doesNotContain("refused", "none", "reading");
    }

    @Test
    void aVeryLongUserAgentIsCutAndTheCallGoesOn() {
        Map<String, String> headers = headers("long-agent");
        headers.put("user-agent", "a".repeat(2_000));
        Reply made = product.send(
                "POST", Management.AGENTS, headers, Management.registration().toString());
        assertThat(made.status()).isEqualTo(201);
        assertThat(ofCall("long-agent", 1).get(0).path("userAgent").asText()).isEqualTo("a".repeat(512));
    }

    @Test
    void aUserAgentThatWouldSteerATerminalDoesNot() {
        Map<String, String> headers = headers("steering-agent");
        headers.put("user-agent", "all\tis well");
        assertThat(product.send(
                                "POST",
                                Management.AGENTS,
                                headers,
                                Management.registration().toString())
                        .status())
                .isEqualTo(201);
        assertThat(ofCall("steering-agent", 1).get(0).path("userAgent").asText())
                .isEqualTo("all?is well");
    }

    /** Makes the call, insists on its one event, and hands on the event's metadata. */
    private JsonNode changes(Management.Agent of, String method, String path, String body, String action) {
        String id = action + "-" + ++calls;
        call(id, method, path, body);
        return only(id, action, of.id(), administrator, "success").path("metadata");
    }

    private JsonNode only(String requestId, String action, String agentId, String actorId, String outcome) {
        JsonNode event = ofCall(requestId, 1).get(0);
        assertThat(event.path("action").asText()).isEqualTo(action);
        assertThat(event.path("agentId").asText()).isEqualTo(agentId);
        assertThat(event.path("actorId").asText()).isEqualTo(actorId);
        assertThat(event.path("outcome").asText()).isEqualTo(outcome);
        assertThat(event.path("ipAddress").asText()).isEqualTo("127.0.0.1");
        assertThat(event.path("userAgent").asText()).isEqualTo(USER_AGENT);
        assertThat(management
                        .get("/api/v1/audit/" + event.path("eventId").asText())
                        .json())
                .isEqualTo(event);
        return event;
    }

    private List<JsonNode> ofCall(String requestId, int count) {
        return Patience.until(
                "the events of one call",
                () -> trail.search("").stream()
                        .filter(event -> event.path("requestId").asText().equals(requestId))
                        .collect(Collectors.toCollection(ArrayList::new)),
                events -> events.size() == count);
    }

    private Map<String, String> client(String secret) {
        return new LinkedHashMap<>(Map.of("client_id", agent.id(), "client_secret", secret));
    }

    private Map<String, String> headers(String requestId) {
        return new LinkedHashMap<>(Map.of(
                "x-request-id",
                requestId,
                "user-agent",
                USER_AGENT,
                "content-type",
                "application/json",
                "authorization",
                "Bearer " + management.token()));
    }

    private Reply call(String requestId, String method, String path, String body) {
        return product.send(method, path, headers(requestId), body);
    }

    private Reply form(String requestId, String path, Map<String, String> form) {
        Map<String, String> headers = headers(requestId);
        headers.remove("authorization");
        headers.put("content-type", "application/x-www-form-urlencoded");
        String body = form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return product.send("POST", path, headers, body);
    }
}
