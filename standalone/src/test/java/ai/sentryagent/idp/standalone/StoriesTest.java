package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One test a story: an agent from its registration to its end, as platform teams, developers and intruders live it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class StoriesTest {
    private static final String AGENTS = "/api/v1/agents";

    private RunningProduct product = RunningProduct.start(Map.of("MAX_AGENTS", "40"));
    private String admin = "";

    @BeforeAll
    void authenticate() {
        admin = product.administrator();
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private record Registered(String id, String credentialId, String secret) {
        String credential() {
            return AGENTS + "/" + id + "/credentials/" + credentialId;
        }
    }

    private static String registration(String email) {
        return """
                {"email":"%s","agentType":"screener","version":"1.0.0","capabilities":["data:*"],
                 "owner":"team","deploymentEnv":"staging"}
                """
                .formatted(email);
    }

    private Registered register() {
        Reply agent = product.json("POST", AGENTS, admin, registration(UUID.randomUUID() + "@agents.example"));
        assertThat(agent.status()).isEqualTo(201);
        Reply credential = product.json("POST", AGENTS + "/" + agent.text("agentId") + "/credentials", admin, "");
        assertThat(credential.status()).isEqualTo(201);
        return new Registered(agent.text("agentId"), credential.text("credentialId"), credential.text("clientSecret"));
    }

    private String token(Registered agent) {
        Reply issued = product.token(agent.id(), agent.secret(), "data:read");
        assertThat(issued.status()).isEqualTo(200);
        return issued.text("access_token");
    }

    private boolean isActive(String token) {
        Reply answer = product.form(admin, "/api/v1/token/introspect", Map.of("token", token));
        assertThat(answer.status()).isEqualTo(200);
        return answer.json().path("active").asBoolean();
    }

    @Test
    void aRegisteredAgentGetsATokenThatIsActive() {
        assertThat(isActive(token(register()))).isTrue();
    }

    @Test
    void aRevokedTokenIsDeadWhenTheCallAnswers() {
        Registered agent = register();
        String token = token(agent);
        assertThat(product.form(token, "/api/v1/token/revoke", Map.of("token", token))
                        .status())
                .isEqualTo(200);
        assertThat(isActive(token)).isFalse();
        assertThat(product.json("GET", AGENTS + "/" + agent.id() + "/credentials", token, "")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void aRotatedSecretReplacesTheOldOneAndTokensLiveOn() {
        Registered agent = register();
        String token = token(agent);
        Reply rotated = product.json("POST", agent.credential() + "/rotate", admin, "");
        assertThat(rotated.status()).isEqualTo(200);
        assertThat(product.token(agent.id(), agent.secret(), "").status()).isEqualTo(401);
        assertThat(product.token(agent.id(), rotated.text("clientSecret"), "").status())
                .isEqualTo(200);
        assertThat(isActive(token)).isTrue();
    }

    @Test
    void aRevokedCredentialKillsTheTokensIssuedThroughIt() {
        Registered agent = register();
        String token = token(agent);
        assertThat(product.json("DELETE", agent.credential(), admin, "").status())
                .isEqualTo(204);
        assertThat(isActive(token)).isFalse();
        assertThat(product.token(agent.id(), agent.secret(), "").text("error")).isEqualTo("invalid_client");
        assertThat(product.json("DELETE", agent.credential(), admin, "").text("code"))
                .isEqualTo("CREDENTIAL_ALREADY_REVOKED");
    }

    @Test
    void aSuspendedAgentIsStoppedAtOnceAndItsOldTokensStayDeadAfterwards() {
        Registered agent = register();
        String token = token(agent);
        String path = AGENTS + "/" + agent.id();
        assertThat(product.json("PATCH", path, admin, "{\"status\":\"suspended\"}")
                        .status())
                .isEqualTo(200);
        assertThat(isActive(token)).isFalse();
        assertThat(product.token(agent.id(), agent.secret(), "").text("error")).isEqualTo("unauthorized_client");
        assertThat(product.json("PATCH", path, admin, "{\"status\":\"active\"}").status())
                .isEqualTo(200);
        assertThat(isActive(token)).isFalse();
        assertThat(isActive(token(agent))).isTrue();
    }

    @Test
    void aDecommissionedAgentNeverComesBack() {
        Registered agent = register();
        String token = token(agent);
        String path = AGENTS + "/" + agent.id();
        assertThat(product.json("DELETE", path, admin, "").status()).isEqualTo(204);
        assertThat(isActive(token)).isFalse();
        assertThat(product.json("DELETE", path, admin, "").text("code")).isEqualTo("AGENT_ALREADY_DECOMMISSIONED");
        assertThat(product.json("GET", path, admin, "").text("status")).isEqualTo("decommissioned");
    }

    @Test
    void theAuditLogTellsTheStoryAndProvesIt() {
        Registered agent = register();
        token(agent);
        assertThat(product.token(agent.id(), "sk_live_" + "0".repeat(64), "").status())
                .isEqualTo(401);
        List<String> actions = Patience.until(
                "the story's end",
                () -> product.json("GET", "/api/v1/audit?agentId=" + agent.id(), admin, "")
                        .json()
                        .path("data")
                        .findValuesAsText("action"),
                seen -> seen.contains("token.issued") && seen.contains("auth.failed"));
        assertThat(actions).contains("agent.created", "credential.generated", "token.issued", "auth.failed");
        assertThat(product.json("GET", "/api/v1/audit/verify", admin, "")
                        .json()
                        .path("verified")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void anAgentMayNotTouchAnothersCredentials() {
        String token = token(register());
        assertThat(product.json("POST", AGENTS + "/" + register().id() + "/credentials", token, "")
                        .status())
                .isEqualTo(403);
    }
}
