package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Map;
import java.util.UUID;

/** Agents on a running product, and what is done with them again and again. */
record Cast(RunningProduct product, String admin) {
    static final String AGENTS = "/api/v1/agents";
    private static final ObjectMapper JSON = new ObjectMapper();

    static Cast on(RunningProduct product) {
        return new Cast(product, product.administrator());
    }

    /** An agent with one credential. */
    record Member(String id, String credentialId, String secret) {
        String path() {
            return AGENTS + "/" + id;
        }

        String credentials() {
            return path() + "/credentials";
        }

        String credential() {
            return credentials() + "/" + credentialId;
        }
    }

    Reply register(String email) {
        return product.json(
                "POST",
                AGENTS,
                admin,
                """
                {"email":"%s","agentType":"screener","version":"1.0.0","capabilities":["data:*"],
                 "owner":"team","deploymentEnv":"staging"}
                """
                        .formatted(email));
    }

    Member member() {
        Reply agent = register(UUID.randomUUID() + "@cast.example");
        assertThat(agent.status()).as("%s", agent).isEqualTo(201);
        String id = agent.text("agentId");
        Reply credential = product.json("POST", AGENTS + "/" + id + "/credentials", admin, "");
        assertThat(credential.status()).as("%s", credential).isEqualTo(201);
        return new Member(id, credential.text("credentialId"), credential.text("clientSecret"));
    }

    Reply ask(Member member) {
        return product.token(member.id(), member.secret(), "data:read");
    }

    String token(Member member) {
        Reply issued = ask(member);
        assertThat(issued.status()).as("%s", issued).isEqualTo(200);
        return issued.text("access_token");
    }

    Reply introspect(String token) {
        return product.form(admin, "/api/v1/token/introspect", Map.of("token", token));
    }

    Reply revoke(String token) {
        return product.form(admin, "/api/v1/token/revoke", Map.of("token", token));
    }

    /** What the product says to the bearer of a token who asks for what is the bearer's own. */
    Reply bear(Member member, String token) {
        return product.json("GET", member.credentials(), token, "");
    }

    Reply suspend(Member member) {
        return product.json("PATCH", member.path(), admin, "{\"status\":\"suspended\"}");
    }

    Reply decommission(Member member) {
        return product.json("DELETE", member.path(), admin, "");
    }

    Reply health() {
        return product.json("GET", "/health", "", "");
    }

    int readiness() {
        return product.json("GET", "/health/ready", "", "").status();
    }

    void untilHealthy() {
        Patience.until("health", this::health, health -> health.status() == 200);
    }

    /** The first report that something is wrong; one may be half a second old. */
    Reply untilSick() {
        return Patience.until("health that complains", this::health, health -> health.status() != 200);
    }

    static String jti(String token) {
        try {
            JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]));
            return claims.path("jti").asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
