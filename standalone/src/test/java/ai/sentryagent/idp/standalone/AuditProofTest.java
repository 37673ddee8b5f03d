package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The log against somebody who owns the database: whatever is done to a row shows, and where. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditProofTest {
    private static final int EVENTS = 13;

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final Management management = Management.of(product);

    /** Bootstrap, its credential, the administrator's token, an agent, its credential, and eight changes. */
    @BeforeAll
    void makeHistory() throws SQLException {
        Management.Agent agent = management.register();
        for (int i = 0; i < EVENTS - 5; i++) {
            management.patch(agent.path(), "{\"owner\":\"owner-" + i + "\"}");
        }
        Patience.until(
                "the whole history in the log",
                () -> verify(""),
                verdict -> verdict.path("checkedCount").asInt() == EVENTS);
        sql("CREATE TABLE kept AS SELECT * FROM audit.audit_events");
    }

    @AfterEach
    void mend() throws SQLException {
        sql("DELETE FROM audit.audit_events; INSERT INTO audit.audit_events SELECT * FROM kept");
        assertThat(verify("").path("verified").asBoolean()).isTrue();
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void theLogAsItWasWrittenIsProved() throws SQLException {
        JsonNode verdict = verify("");
        assertThat(verdict.path("verified").asBoolean()).isTrue();
        assertThat(verdict.path("checkedCount").asInt()).isEqualTo(EVENTS);
        for (String each : new String[] {"brokenAtEventId", "fromDate", "toDate"}) {
            assertThat(verdict.get(each).isNull()).as(each).isTrue();
        }
        String window = "?startDate=" + at(4) + "&endDate=" + at(8);
        JsonNode part = verify(window);
        assertThat(part.path("verified").asBoolean()).isTrue();
        assertThat(part.path("checkedCount").asInt()).isBetween(5, EVENTS);
        assertThat(part.path("fromDate").asText()).isEqualTo(at(4));
        assertThat(verify("?endDate=2020-01-01").path("checkedCount").asInt()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "action = 'agent.created'",
                "outcome = 'failure'",
                "agent_id = gen_random_uuid()",
                "actor_id = NULL",
                "ip_address = '203.0.113.9'",
                "user_agent = NULL",
                "user_agent = ''",
                "request_id = request_id || 'x'",
                "timestamp = timestamp + interval '1 microsecond'",
                "timestamp = timestamp - interval '40 days'",
                "metadata = metadata || '{\"epoch\": 99}'",
                "metadata = metadata - 'changes'",
                "metadata = '{}'",
                "hash = sha256('x')",
            })
    void anEditShowsAtTheEventThatWasEdited(String edit) throws SQLException {
        sql("UPDATE audit.audit_events SET " + edit + " WHERE sequence = 7");
        assertBrokenAt(7, "");
    }

    @ParameterizedTest
    @CsvSource({"1, 2", "7, 8", "12, 13", "13, 12"})
    void aDeletionShowsAtTheEventAfterTheGapOrAtTheLastThatIsLeft(int deleted, int broken) throws SQLException {
        sql("DELETE FROM audit.audit_events WHERE sequence = " + deleted);
        assertBrokenAt(broken, "");
    }

    @Test
    void aDeletionAtEitherEdgeOfAWindowShows() throws SQLException {
        String window = "?startDate=" + at(4) + "&endDate=" + at(8);
        int first = Integer.parseInt(text("SELECT min(sequence) FROM kept WHERE timestamp >= '" + at(4) + "'"));
        int last = Integer.parseInt(text("SELECT max(sequence) FROM kept WHERE timestamp <= '" + at(8) + "'"));
        sql("DELETE FROM audit.audit_events WHERE sequence = " + last);
        assertBrokenAt(last + 1, window);
        mend();
        sql("DELETE FROM audit.audit_events WHERE sequence = " + first);
        assertBrokenAt(first + 1, window);
    }

    @Test
    void deletingEverythingShows() throws SQLException {
        sql("DELETE FROM audit.audit_events");
        assertThat(verify("").path("verified").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {-5, 0, 1, 7, 13, 14, 1_000})
    void anEventThatWasPutInShows(int place) throws SQLException {
        sql(
                """
            INSERT INTO audit.audit_events SELECT %d, '019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11', agent_id, action, outcome,
                ip_address, user_agent, metadata, timestamp, request_id, actor_id, sha256('forged')
            FROM kept WHERE sequence = 7
            """
                        .formatted(place));
        JsonNode verdict = verify("");
        assertThat(verdict.path("verified").asBoolean()).isFalse();
        assertThat(verdict.path("brokenAtEventId").asText()).isEqualTo("019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11");
    }

    @Test
    void twoEventsThatChangedPlacesShow() throws SQLException {
        sql("UPDATE audit.audit_events SET sequence = 15 - sequence WHERE sequence IN (7, 8)");
        assertBrokenAt(8, "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit.audit_events SET outcome = 'failure'",
                "DELETE FROM audit.audit_events",
                "TRUNCATE audit.audit_events",
                "DROP TABLE audit.audit_events",
                "ALTER TABLE audit.audit_events DISABLE TRIGGER ALL",
                "DELETE FROM audit.audit_head",
                "UPDATE audit.cursor_key SET key = ''",
                "SELECT * FROM tokens.revocations",
                "SELECT * FROM credentials.credentials"
            })
    void theServicesOwnRoleCannot(String statement) throws SQLException {
        sql("GRANT agentidp_audit TO CURRENT_USER");
        assertThatThrownBy(() -> sql("SET ROLE agentidp_audit; " + statement))
                .isInstanceOfSatisfying(SQLException.class, refused -> assertThat(refused.getSQLState())
                        .isEqualTo("42501"));
    }

    private JsonNode verify(String window) {
        return management.get("/api/v1/audit/verify" + window).json();
    }

    private void assertBrokenAt(int sequence, String window) throws SQLException {
        JsonNode verdict = verify(window);
        assertThat(verdict.path("verified").asBoolean()).isFalse();
        assertThat(verdict.path("brokenAtEventId").asText())
                .isEqualTo(text("SELECT event_id::text FROM kept WHERE sequence = " + sequence));
    }

    /** When this event happened, as the API writes it. */
    private String at(int sequence) throws SQLException {
        return text("SELECT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') FROM kept"
                + " WHERE sequence = " + sequence);
    }

    private String text(String query) throws SQLException {
        try (Connection owner = DriverManager.getConnection(TestServers.jdbcUrl(database));
                Statement statement = owner.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private void sql(String statements) throws SQLException {
        try (Connection owner = DriverManager.getConnection(TestServers.jdbcUrl(database));
                Statement statement = owner.createStatement()) {
            statement.execute(statements);
        }
    }
}
