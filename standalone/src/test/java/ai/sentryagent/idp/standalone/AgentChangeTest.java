package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of agents: fields, conditions, and the ways from one status to another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentChangeTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Management management = Management.of(product);

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"agentType\":\"monitor\"}",
                "{\"version\":\"2.0.0-rc.1+build.5\"}",
                "{\"capabilities\":[\"a.b-c_9:*\",\"x:y\"]}",
                "{\"owner\":\"Équipe 7 / Ωmega\"}",
                "{\"deploymentEnv\":\"production\"}",
                "{\"scopes\":[\"agents:read\",\"audit:read\"]}",
                "{\"status\":\"suspended\"}",
                "{\"agentType\":\"router\",\"version\":\"9.9.9\",\"capabilities\":[\"p:q\"],\"owner\":\"o\","
                        + "\"deploymentEnv\":\"development\",\"scopes\":[\"tokens:read\"],\"status\":\"suspended\"}"
            })
    void changesWhatIsNamedAndLeavesTheRest(String change) {
        Management.Agent agent = management.register();
        Reply before = management.get(agent.path());

        Reply changed = management.patch(agent.path(), change);

        assertThat(changed.status()).isEqualTo(200);
        ObjectNode expected = before.json().deepCopy();
        expected.setAll(Management.json(change));
        expected.set("updatedAt", changed.json().get("updatedAt"));
        assertThat(changed.json()).isEqualTo(expected);
        assertThat(changed.text("updatedAt")).isGreaterThanOrEqualTo(before.text("updatedAt"));
        Reply after = management.get(agent.path());
        assertThat(after.json()).isEqualTo(expected);
        assertThat(after.header("etag")).isEqualTo(changed.header("etag")).isNotEqualTo(before.header("etag"));
    }

    @Test
    void aRegistrationIsAnsweredWithWhereItIsAndWhatItIs() {
        ObjectNode registration = Management.registration();
        Reply made = management.post(Management.AGENTS, registration);
        assertThat(made.status()).isEqualTo(201);
        assertThat(made.header("location")).isEqualTo("/api/v1/agents/" + made.text("agentId"));
        Reply read = management.get(made.header("location"));
        assertThat(read.json()).isEqualTo(made.json());
        assertThat(read.header("etag")).isEqualTo(made.header("etag")).matches("\"[^\"]+\"");
        registration.properties().forEach(given -> assertThat(read.json().get(given.getKey()))
                .isEqualTo(given.getValue()));
        assertThat(read.text("status")).isEqualTo("active");
        assertThat(read.json().get("scopes")).isEmpty();
    }

    @Test
    void whatIsAlreadySoIsNoChange() {
        Management.Agent agent = management.register();
        Reply before = management.get(agent.path());
        Reply same = management.patch(agent.path(), "{\"owner\":\"team\",\"status\":\"active\"}");
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.json()).isEqualTo(before.json());
        assertThat(same.header("etag")).isEqualTo(before.header("etag"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TAG                 | 200",
                "*                   | 200",
                "\"x\", TAG          | 200",
                "TAG,\"0\"           | 200",
                "W/\"0\",TAG         | 200",
                "\"0\" , \"1000\",TAG| 200",
                "\"0\"               | 412",
                "W/TAG               | 412",
                "\"0\", W/TAG        | 412",
                "\"\"                | 412",
                "\"00\"              | 412",
                "\"0REVISION\"      | 412",
            })
    void ifMatchLetsAChangeThroughOnlyOverWhatWasRead(String condition, int status) {
        Management.Agent agent = management.register();
        Reply before = management.get(agent.path());
        Map<String, String> headers = Map.of(
                "authorization",
                "Bearer " + management.token(),
                "content-type",
                "application/json",
                "if-match",
                filled(condition, before.header("etag")));

        Reply reply = product.send("PATCH", agent.path(), headers, "{\"owner\":\"new\"}");

        assertThat(reply.status()).isEqualTo(status);
        Reply after = management.get(agent.path());
        assertThat(after.text("owner")).isEqualTo(status == 200 ? "new" : "team");
        assertThat(after.header("etag").equals(before.header("etag"))).isEqualTo(status == 412);
    }

    private static String filled(String condition, String tag) {
        return condition.replace("TAG", tag).replace("REVISION", tag.replace("\"", ""));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TAG                 | 304",
                "W/TAG               | 304",
                "*                   | 304",
                "\"x\", TAG          | 304",
                "\"0\" , W/TAG,\"*\" | 304",
                "\"0\"               | 200",
                "W/\"0\", \"99\"      | 200",
                "\"*\"               | 200",
                "\"\"                | 200",
                "\"0REVISION\"      | 200",
            })
    void ifNoneMatchIsSentOnlyWhatItDoesNotName(String condition, int status) {
        Management.Agent agent = management.register();
        Reply before = management.get(agent.path());
        String tag = before.header("etag");
        for (String method : List.of("GET", "HEAD")) {
            Reply reply = under(filled(condition, tag), method, agent, "");
            assertThat(reply.status()).as(method).isEqualTo(status);
            assertThat(reply.header("etag")).isEqualTo(tag);
            assertThat(reply.header("x-ratelimit-limit")).isEqualTo(before.header("x-ratelimit-limit"));
            if (status == 304) { // RFC 9110 §8.6: the length of the record, or none
                assertThat(reply.headers()).doesNotContainKeys("content-length", "content-type", "transfer-encoding");
            }
        }
        management.patch(agent.path(), "{\"owner\":\"new\"}");
        assertThat(under(tag, "GET", agent, "").text("owner")).isEqualTo("new");
    }

    @Test
    void ifNoneMatchSaysNothingToWhomeverMayNotRead() {
        Management.Agent agent = management.register();
        Map<String, String> headers =
                Map.of("authorization", "Bearer " + management.as(agent, "").token(), "if-none-match", "*");
        assertThat(product.send("GET", agent.path(), headers, "").status()).isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "TAG                 | 412",
                "\"0\", W/TAG        | 412",
                "*                   | 412",
                "\"0\", W/\"99\"      | 200",
                "\"x\"               | 200",
            })
    void ifNoneMatchLetsAChangeThroughOnlyOverWhatItDoesNotName(String condition, int status) {
        Management.Agent agent = management.register();
        String filled = filled(condition, management.get(agent.path()).header("etag"));

        assertThat(under(filled, "PATCH", agent, "{\"owner\":\"new\"}").status())
                .isEqualTo(status);
        assertThat(management.get(agent.path()).text("owner")).isEqualTo(status == 200 ? "new" : "team");

        Management.Agent other = management.register();
        assertThat(under(filled, "DELETE", other, "").status()).isEqualTo(status == 200 ? 204 : status);
        assertThat(management.get(other.path()).text("status")).isEqualTo(status == 200 ? "decommissioned" : "active");
    }

    @Test
    void bothConditionsMustHold() {
        Management.Agent agent = management.register();
        String tag = management.get(agent.path()).header("etag");
        assertThat(decommission(agent, tag, tag)).isEqualTo(412);
        assertThat(decommission(agent, "*", tag)).isEqualTo(412);
        assertThat(decommission(agent, "\"99\"", "\"0\"")).isEqualTo(412);
        assertThat(decommission(agent, tag, "\"0\"")).isEqualTo(204);
    }

    private int decommission(Management.Agent agent, String ifMatch, String ifNoneMatch) {
        Map<String, String> headers = Map.of(
                "authorization", "Bearer " + management.token(), "if-match", ifMatch, "if-none-match", ifNoneMatch);
        return product.send("DELETE", agent.path(), headers, "").status();
    }

    /** RFC 9110 §13.2.1. */
    @Test
    void noConditionHidesThatTheAgentIsDecommissioned() {
        Management.Agent agent = management.register();
        management.delete(agent.path());
        assertThat(under("*", "DELETE", agent, "").text("code")).isEqualTo("AGENT_ALREADY_DECOMMISSIONED");
        assertThat(decommission(agent, "\"98\", \"99\"")).isEqualTo(409);
        assertThat(decommission(agent, "\"99\"")).isEqualTo(409);
    }

    private Reply under(String ifNoneMatch, String method, Management.Agent agent, String body) {
        Map<String, String> headers = Map.of(
                "authorization",
                "Bearer " + management.token(),
                "content-type",
                "application/json",
                "if-none-match",
                ifNoneMatch);
        return product.send(method, agent.path(), headers, body);
    }

    @Test
    void ifMatchEndsNoAgentThatHasChangedSince() {
        Management.Agent agent = management.register();
        String tag = management.get(agent.path()).header("etag");
        assertThat(decommission(agent, "\"99\"")).isEqualTo(412);
        assertThat(decommission(agent, "W/" + tag)).isEqualTo(412);
        assertThat(decommission(agent, "99")).isEqualTo(400);
        assertThat(management.get(agent.path()).text("status")).isEqualTo("active");
        assertThat(decommission(agent, "\"99\", " + tag)).isEqualTo(204);
    }

    private int decommission(Management.Agent agent, String condition) {
        Map<String, String> headers = Map.of("authorization", "Bearer " + management.token(), "if-match", condition);
        return product.send("DELETE", agent.path(), headers, "").status();
    }

    @Test
    void aStaleTagIsRefusedAfterAnotherChange() {
        Management.Agent agent = management.register();
        Map<String, String> headers = Map.of(
                "authorization",
                "Bearer " + management.token(),
                "content-type",
                "application/json",
                "if-match",
                management.get(agent.path()).header("etag"));
        assertThat(product.send("PATCH", agent.path(), headers, "{\"owner\":\"first\"}")
                        .status())
                .isEqualTo(200);
        Reply second = product.send("PATCH", agent.path(), headers, "{\"owner\":\"second\"}");
        assertThat(second.status()).isEqualTo(412);
        assertThat(second.text("code")).isEqualTo("PRECONDITION_FAILED");
        assertThat(management.get(agent.path()).text("owner")).isEqualTo("first");
    }

    @ParameterizedTest
    @CsvSource({
        "suspended, active, 200",
        "suspended, suspended, 200",
        "suspended, decommissioned, 200",
        "active, decommissioned, 200",
        "decommissioned, active, 409",
        "decommissioned, suspended, 409",
        "decommissioned, decommissioned, 409"
    })
    void statusMovesAsTheContractSays(String from, String to, int status) {
        Management.Agent agent = management.register();
        assertThat(move(agent, from).status()).isEqualTo(200);
        Reply reply = move(agent, to);
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.text("code")).isEqualTo(status == 200 ? "" : "AGENT_ALREADY_DECOMMISSIONED");
        assertThat(management.get(agent.path()).text("status")).isEqualTo(status == 200 ? to : from);
    }

    @Test
    void nothingOfADecommissionedAgentChanges() {
        Management.Agent agent = management.register();
        management.delete(agent.path());
        for (String change : List.of("{\"owner\":\"new\"}", "{\"owner\":\"team\"}", "{\"version\":\"1.0.0\"}")) {
            assertThat(management.patch(agent.path(), change).text("code")).isEqualTo("AGENT_ALREADY_DECOMMISSIONED");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DELETE", "PATCH"})
    void decommissionIsTheSameHoweverItIsAskedFor(String method) {
        Management.Agent agent = management.register();
        String token = management.as(agent, "").token();

        Reply reply = method.equals("DELETE") ? management.delete(agent.path()) : move(agent, "decommissioned");

        assertThat(reply.status()).isEqualTo(method.equals("DELETE") ? 204 : 200);
        assertThat(management.isActive(token)).isFalse();
        assertThat(management.get(agent.path()).text("status")).isEqualTo("decommissioned");
        assertThat(product.token(agent.id(), agent.secret(), "").status()).isIn(400, 401);
        assertThat(management
                        .get(agent.path() + "/credentials")
                        .json()
                        .at("/data/0/status")
                        .asText())
                .isEqualTo("revoked");
        AuditTrail trail = new AuditTrail(management);
        assertThat(trail.of(agent.id(), "agent.decommissioned").path("outcome").asText())
                .isEqualTo("success");
        assertThat(trail.of(agent.id(), "credential.revoked")
                        .at("/metadata/credentialId")
                        .asText())
                .isEqualTo(agent.credentialId());
        assertThat(trail.search("agentId=" + agent.id() + "&action=agent.updated"))
                .isEmpty();
        assertThat(management.delete(agent.path()).text("code")).isEqualTo("AGENT_ALREADY_DECOMMISSIONED");
    }

    private Reply move(Management.Agent agent, String status) {
        return management.patch(agent.path(), "{\"status\":\"" + status + "\"}");
    }
}
