package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Management.Agent;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A management scope that was taken away stays away, although a token from before lives on for its time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TakenScopesTest {
    private static final List<String> SCOPES = List.of("agents:write", "audit:read");
    private static final String WAITS =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final Management management = Management.of(product);
    private final Agent auditor = management.register(registration(List.of("audit:read")));
    private Agent demoted = auditor;
    private Management before = management;

    @BeforeEach
    void take() {
        demoted = management.register(registration(SCOPES));
        before = management.as(demoted, String.join(" ", SCOPES));
        assertThat(management
                        .patch(demoted.path(), scopes(List.of("agents:write")))
                        .status())
                .isEqualTo(200);
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void nobodyGivesItBackToThemselvesOrToAnother() {
        assertForbidden(before.patch(demoted.path(), scopes(SCOPES)));
        assertForbidden(before.patch(management.register().path(), scopes(SCOPES)));
        assertForbidden(before.post(Management.AGENTS, registration(SCOPES)));
    }

    @Test
    void nobodyGetsASecretOfWhoStillHasIt() {
        assertForbidden(before.post(auditor.path() + "/credentials", ""));
        assertForbidden(before.post(auditor.credential() + "/rotate", ""));
    }

    @Test
    void nobodyTakesWhatTheyLack() {
        assertForbidden(before.patch(auditor.path(), scopes(List.of())));
        assertForbidden(before.patch(auditor.path(), scopes(List.of("agents:write"))));
        assertThat(management.get(auditor.path()).json().path("scopes"))
                .extracting(JsonNode::asText)
                .containsExactly("audit:read");
    }

    @Test
    void whatIsTakenWhileItCanStillBeHadIsNotSaidToBeGone() throws SQLException {
        Agent listener = management.register(registration(List.of("audit:read")));
        try (Connection held = Sql.hold(
                database, "SELECT FROM credentials.clients WHERE client_id = '" + listener.id() + "' FOR UPDATE")) {
            Reply taken = management.patch(listener.path(), scopes(List.of()));
            assertThat(taken.status()).as("%s", taken).isEqualTo(202);
            assertThat(taken.header("retry-after")).isNotBlank();
            held.rollback();
        }
        assertThat(management.patch(listener.path(), scopes(List.of())).status())
                .isEqualTo(200);
    }

    @Test
    void whoeverIsSwitchedOffWhileARegistrationWaitsForItsTurnGivesNothing() throws Exception {
        CompletableFuture<Reply> registered;
        try (Connection held = Sql.hold(database, "SELECT FROM agents.agent_count FOR UPDATE")) {
            registered = CompletableFuture.supplyAsync(
                    () -> before.post(Management.AGENTS, registration(List.of("agents:write"))));
            Patience.until("it waits", () -> Sql.number(database, WAITS), waiting -> waiting == 1);
            assertThat(management
                            .patch(demoted.path(), Management.json("{\"status\":\"suspended\"}"))
                            .status())
                    .isEqualTo(200);
            held.rollback();
        }
        Reply refused = registered.get();
        assertThat(refused.status()).as("%s", refused).isEqualTo(403);
    }

    @Test
    void whatWasLeftCanBeGranted() {
        List<String> left = List.of("agents:write");
        assertThat(before.post(Management.AGENTS, registration(left)).status()).isEqualTo(201);
        assertThat(before.post(management.register(registration(left)).path() + "/credentials", "")
                        .status())
                .isEqualTo(201);
    }

    private static void assertForbidden(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(403);
        assertThat(reply.json().at("/details/requiredScope").asText()).isEqualTo("audit:read");
    }

    private static ObjectNode registration(List<String> scopes) {
        return Management.registration().setAll(scopes(scopes));
    }

    private static ObjectNode scopes(List<String> scopes) {
        ObjectNode body = Management.json("{}");
        scopes.forEach(body.putArray("scopes")::add);
        return body;
    }
}
