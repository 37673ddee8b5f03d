package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;

/** The management API as somebody with this token uses it. */
record Management(RunningProduct product, String token) {
    static final String AGENTS = "/api/v1/agents";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** An agent and the first of its credentials. */
    record Agent(String id, String email, String credentialId, String secret) {
        String path() {
            return AGENTS + "/" + id;
        }

        String credential() {
            return path() + "/credentials/" + credentialId;
        }
    }

    /** With every management scope. */
    static Management of(RunningProduct product) {
        return new Management(product, product.administrator());
    }

    /** A registration that is valid, and whose e-mail nobody else has. */
    static ObjectNode registration() {
        return json(
                """
                {"email":"%s@agents.example","agentType":"screener","version":"1.0.0","capabilities":["data:*"],
                 "owner":"team","deploymentEnv":"staging"}
                """
                        .formatted(UUID.randomUUID()));
    }

    static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Reply get(String path) {
        return call("GET", path, "");
    }

    Reply post(String path, Object body) {
        return call("POST", path, body);
    }

    Reply patch(String path, Object body) {
        return call("PATCH", path, body);
    }

    Reply delete(String path) {
        return call("DELETE", path, "");
    }

    Reply call(String method, String path, Object body) {
        return product.json(method, path, token, body.toString());
    }

    /** Registers an agent with a credential, and insists on it. */
    Agent register() {
        return register(registration());
    }

    Agent register(ObjectNode registration) {
        Reply agent = post(AGENTS, registration);
        assertThat(agent.status()).as("%s", agent.json()).isEqualTo(201);
        return withCredential(agent.json(), "");
    }

    Agent withCredential(JsonNode agent, Object request) {
        String id = agent.path("agentId").asText();
        Reply credential = post(AGENTS + "/" + id + "/credentials", request);
        assertThat(credential.status()).as("%s", credential.json()).isEqualTo(201);
        return new Agent(
                id, agent.path("email").asText(), credential.text("credentialId"), credential.text("clientSecret"));
    }

    /** The API as this agent sees it, with a token of these scopes. */
    Management as(Agent agent, String scope) {
        Reply issued = product.token(agent.id(), agent.secret(), scope);
        assertThat(issued.status()).as("%s", issued.json()).isEqualTo(200);
        return new Management(product, issued.text("access_token"));
    }

    boolean isActive(String accessToken) {
        return product.form(token, "/api/v1/token/introspect", Map.of("token", accessToken))
                .json()
                .path("active")
                .asBoolean();
    }
}
