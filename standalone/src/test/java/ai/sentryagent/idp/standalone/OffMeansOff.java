package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.AGENTS;
import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of {@code off-means-off.yaml}: each state against each way into each operation. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class OffMeansOff {
    private static final JsonNode TABLE = Rows.read("attacks/off-means-off.yaml");
    private static final List<String> SCOPES = List.of(RunningProduct.ALL_SCOPES.split(" ", -1));

    private final RunningProduct product;
    private final OAuthCaller caller;

    OffMeansOff(Target target) {
        product = target.product();
        caller = target.caller();
    }

    /** Somebody of whom something is switched off. */
    private record Subject(Client client, String token, String newest) {
        Subject with(String secret) {
            return new Subject(client, token, secret);
        }

        Client newestClient() {
            return new Client(client.id(), client.credentialId(), newest);
        }
    }

    static Stream<JsonNode> states() {
        return TABLE.path("states").valueStream();
    }

    @Test
    void everyOperationOfTheDocumentStandsInTheTable() {
        assertThat(OAuthCaller.names(TABLE.path("operations")))
                .containsExactlyInAnyOrderElementsOf(
                        RunningProduct.CONTRACT.operations().keySet());
    }

    @ParameterizedTest
    @MethodSource("states")
    void whatIsSwitchedOffWorksNowhere(JsonNode state) throws Exception {
        Client client = caller.register(List.of("data:*"), SCOPES);
        String token = caller.token(client, RunningProduct.ALL_SCOPES);
        Subject subject = reach(state.path("state").asText(), new Subject(client, token, ""));

        assertThat(caller.isActive(subject.token())).isEqualTo(isAlive(state));
        Map<String, String> operations = new TreeMap<>(RunningProduct.CONTRACT.operations());
        for (Map.Entry<String, String> operation : operations.entrySet()) {
            for (String way : Rows.texts(TABLE.path("operations").path(operation.getKey()))) {
                if (way.equals("bearer")) {
                    assertBearer(operation.getValue(), subject, isAlive(state));
                } else {
                    assertClient(
                            operation.getValue(),
                            way,
                            subject.client(),
                            state.path("secret").asText());
                    if (state.has("newest")) {
                        assertClient(
                                operation.getValue(),
                                way,
                                subject.newestClient(),
                                state.path("newest").asText());
                    }
                }
            }
        }
    }

    private static boolean isAlive(JsonNode state) {
        return state.path("token").asText().equals("alive");
    }

    private void assertClient(String call, String way, Client client, String expected) {
        String path = call.split(" ", -1)[1];
        String rest = path.equals(OAuthCaller.TOKEN) ? GRANT : "token=x";
        Reply reply = way.equals("basic")
                ? caller.post(path, client.basic(), rest)
                : caller.post(path, "", rest + "&" + client.form());
        if (expected.equals("works")) {
            assertThat(reply.status()).as("%s by %s: %s", call, way, reply).isEqualTo(200);
        } else {
            String[] refusal = expected.split(" ", -1);
            assertRefused(reply, Integer.parseInt(refusal[0]), refusal[1]);
        }
    }

    /** A live token is tried only where that changes nothing. */
    private void assertBearer(String call, Subject subject, boolean alive) {
        String[] parts = call.split(" ", -1);
        String path = parts[1].replace("{agentId}", subject.client().id())
                .replace("{credentialId}", subject.client().credentialId())
                .replace("{kid}", "A".repeat(43))
                .replace("{eventId}", subject.client().id());
        boolean isForm = path.startsWith(OAuthCaller.TOKEN);
        if (alive && !parts[0].equals("GET") && !isForm) {
            return;
        }
        Reply reply = isForm
                ? caller.post(path, "Bearer " + subject.token(), "token=x")
                : product.json(parts[0], path, subject.token(), "");
        if (alive) {
            assertThat(reply.status()).as("%s: %s", call, reply).isIn(200, 400, 404);
        } else {
            assertThat(reply.status()).as("%s: %s", call, reply).isEqualTo(401);
            assertThat(reply.header("www-authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
        }
    }

    private Subject reach(String state, Subject subject) throws Exception {
        Client client = subject.client();
        return switch (state) {
            case "nothing" -> subject;
            case "the agent is suspended" -> done(subject, status(client, "suspended"), 200);
            case "the agent is suspended and reactivated" ->
                done(done(subject, status(client, "suspended"), 200), status(client, "active"), 200);
            case "the agent is decommissioned" -> done(subject, admin("DELETE", AGENTS + client.id(), ""), 204);
            case "the credential is revoked" -> done(subject, admin("DELETE", client.credential(), ""), 204);
            case "the credential has expired" -> expired(subject);
            case "the credential is rotated" -> rotated(subject, "");
            case "the credential is rotated and its tokens revoked" -> rotated(subject, "{\"revokeTokens\":true}");
            case "the overlap of a rotation is over" -> afterOverlap(rotated(subject, "{\"overlapSeconds\":1}"));
            case "the credential is rotated and then revoked" ->
                done(rotated(subject, "{\"overlapSeconds\":60}"), admin("DELETE", client.credential(), ""), 204);
            case "the credential is rotated and the agent suspended" ->
                done(rotated(subject, ""), status(client, "suspended"), 200);
            case "the token is revoked" -> done(subject, caller.revoke(client, subject.token()), 200);
            case "the token has expired" ->
                new Subject(
                        client, new Forgery(subject.token()).of(Management.json("{\"claims\":{\"exp\":\"now\"}}")), "");
            case "the signing key is withdrawn" -> withdrawn(subject);
            default -> throw new IllegalArgumentException(state);
        };
    }

    private Subject done(Subject subject, Reply reply, int status) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(status);
        return subject;
    }

    private Subject rotated(Subject subject, String how) {
        Reply rotated = admin("POST", subject.client().credential() + "/rotate", how);
        return done(subject, rotated, 200).with(rotated.text("clientSecret"));
    }

    private Subject afterOverlap(Subject subject) {
        Patience.until(
                "the end of the overlap",
                () -> caller.issue(subject.client(), "").status() == 401);
        return subject;
    }

    private Subject expired(Subject subject) {
        Client brief = caller.credential(
                subject.client().id(), "{\"expiresAt\":\"" + Instant.now().plusSeconds(1) + "\"}");
        String token = caller.token(brief, RunningProduct.ALL_SCOPES);
        Patience.until(
                "the end of the credential", () -> caller.issue(brief, "").status() == 401);
        return new Subject(brief, token, "");
    }

    /** The administrator's own token dies of it too. */
    private Subject withdrawn(Subject subject) {
        done(subject, admin("POST", "/api/v1/keys/rotate", "{\"emergency\":true}"), 200);
        Patience.until("the next key signs", () -> {
            caller.authenticateAgain();
            return admin("GET", "/api/v1/keys", "").status() == 200;
        });
        return subject;
    }

    private Reply status(Client client, String status) {
        return admin("PATCH", AGENTS + client.id(), "{\"status\":\"" + status + "\"}");
    }

    private Reply admin(String method, String path, String body) {
        return product.json(method, path, caller.admin(), body);
    }
}
