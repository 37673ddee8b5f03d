package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** Speaks to the OAuth endpoints of a product as clients of every kind do, and makes such clients. */
final class OAuthCaller {
    static final String AGENTS = "/api/v1/agents/";
    static final String TOKEN = "/api/v1/token";
    static final String INTROSPECT = TOKEN + "/introspect";
    static final String REVOKE = TOKEN + "/revoke";
    static final String GRANT = "grant_type=client_credentials";

    /** RFC 6749 §5.2. */
    private static final Pattern DESCRIPTION = Pattern.compile("[\\x20-\\x21\\x23-\\x5B\\x5D-\\x7E]+");

    private final RunningProduct product;
    private String admin;

    OAuthCaller(RunningProduct product) {
        this.product = product;
        this.admin = product.administrator();
    }

    record Client(String id, String credentialId, String secret) {
        /** The parameters of {@code client_secret_post}. */
        String form() {
            return "client_id=" + id + "&client_secret=" + secret;
        }

        /** The header of {@code client_secret_basic}. */
        String basic() {
            return OAuthCaller.basic(id + ":" + secret);
        }

        String credential() {
            return AGENTS + id + "/credentials/" + credentialId;
        }
    }

    /** For when the administrator's token has died. */
    void authenticateAgain() {
        admin = product.administrator();
    }

    String admin() {
        return admin;
    }

    /** A client that may read and write data, and nothing else. */
    Client register() {
        return register(List.of("data:*"), List.of());
    }

    Client register(List<String> capabilities, List<String> scopes) {
        ObjectNode agent = JsonNodeFactory.instance
                .objectNode()
                .put("email", UUID.randomUUID() + "@agents.example")
                .put("agentType", "screener")
                .put("version", "1.0.0")
                .put("owner", "team")
                .put("deploymentEnv", "staging");
        capabilities.forEach(agent.putArray("capabilities")::add);
        scopes.forEach(agent.putArray("scopes")::add);
        Reply registered = product.json("POST", "/api/v1/agents", admin, agent.toString());
        assertThat(registered.status()).as("%s", registered).isEqualTo(201);
        return credential(registered.text("agentId"), "");
    }

    Client credential(String agentId, String body) {
        Reply made = product.json("POST", AGENTS + agentId + "/credentials", admin, body);
        assertThat(made.status()).as("%s", made).isEqualTo(201);
        return new Client(agentId, made.text("credentialId"), made.text("clientSecret"));
    }

    /** A form, and an Authorization header unless it is empty. */
    Reply post(String path, String authorization, String form) {
        Map<String, String> headers = new HashMap<>(Map.of("content-type", "application/x-www-form-urlencoded"));
        if (!authorization.isEmpty()) {
            headers.put("authorization", authorization);
        }
        return product.send("POST", path, headers, form);
    }

    Reply issue(Client client, String scope) {
        return post(TOKEN, "", GRANT + "&" + client.form() + (scope.isEmpty() ? "" : "&scope=" + encode(scope)));
    }

    String token(Client client, String scope) {
        Reply issued = issue(client, scope);
        assertThat(issued.status()).as("%s", issued).isEqualTo(200);
        return issued.text("access_token");
    }

    Reply introspect(Client asker, String token) {
        return post(INTROSPECT, "", "token=" + encode(token) + "&" + asker.form());
    }

    boolean isActive(String token) {
        Reply answer = post(INTROSPECT, "Bearer " + admin, "token=" + encode(token));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json().path("active").asBoolean();
    }

    Reply revoke(Client asker, String token) {
        return post(REVOKE, "", "token=" + encode(token) + "&" + asker.form());
    }

    /** How many events of this kind the audit log holds about the agent. */
    long audited(String agentId, String action) {
        Reply events = product.json("GET", "/api/v1/audit?limit=1&agentId=" + agentId + "&action=" + action, admin, "");
        assertThat(events.status()).as("%s", events).isEqualTo(200);
        return events.json().path("total").asLong();
    }

    /** RFC 6749 §5.2: what every refusal at an OAuth endpoint looks like. */
    static void assertRefused(Reply reply, int status, String error) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
        assertThat(reply.text("error")).as("%s", reply).isEqualTo(error);
        assertThat(reply.text("error_description")).matches(DESCRIPTION);
        assertThat(names(reply.json())).isSubsetOf("error", "error_description", "details");
        assertThat(reply.headers())
                .containsEntry("cache-control", List.of("no-store"))
                .containsEntry("content-type", List.of("application/json"))
                .containsKey("x-request-id");
        assertThat(reply.headers().containsKey("www-authenticate")).isEqualTo(status == 401);
    }

    /** The names of an object's members. */
    static List<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).toList();
    }

    static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }
}
