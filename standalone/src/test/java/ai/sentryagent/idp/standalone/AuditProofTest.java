package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.audit.SlowVerification;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.audit.AuditVerification;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
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
    private JsonNode held = JsonNodeFactory.instance.nullNode();

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
        held = Patience.until(
                "a checkpoint of it all",
                () -> management.get("/api/v1/audit/checkpoints?limit=1").json().at("/data/0"),
                newest -> newest.path("treeSize").asInt() == EVENTS);
        sql("CREATE TABLE kept AS SELECT * FROM audit.audit_events;"
                + "CREATE TABLE kept_head AS SELECT * FROM audit.audit_head;"
                + "CREATE TABLE kept_checkpoints AS SELECT * FROM audit.audit_checkpoints");
    }

    @AfterEach
    void mend() throws SQLException {
        sql(
                "DELETE FROM audit.audit_events; INSERT INTO audit.audit_events SELECT * FROM kept;"
                        + "ALTER TABLE audit.audit_events ALTER sequence SET NOT NULL;"
                        + "UPDATE audit.audit_head SET (sequence, hash) = (SELECT sequence, hash FROM kept_head);"
                        + "DELETE FROM audit.audit_checkpoints; INSERT INTO audit.audit_checkpoints SELECT * FROM kept_checkpoints");
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
    void anEventThatWasMovedOutOfAWindowShowsAtEitherEdge() throws SQLException {
        String window = "?startDate=" + at(4) + "&endDate=" + at(8);
        int first = Integer.parseInt(text("SELECT min(sequence) FROM kept WHERE timestamp >= '" + at(4) + "'"));
        int last = Integer.parseInt(text("SELECT max(sequence) FROM kept WHERE timestamp <= '" + at(8) + "'"));
        sql("UPDATE audit.audit_events SET timestamp = timestamp - interval '1 day' WHERE sequence = " + first);
        assertBrokenAt(first, window);
        mend();
        sql("UPDATE audit.audit_events SET timestamp = timestamp + interval '1 day' WHERE sequence = " + last);
        assertBrokenAt(last, window);
        mend();
        sql("UPDATE audit.audit_events SET timestamp = timestamp - interval '1 day' WHERE sequence BETWEEN " + first
                + " AND " + last);
        assertThat(verify(window).path("verified").asBoolean()).isFalse();
    }

    @Test
    void aWindowWhoseEventsAreAllGoneShows() throws SQLException {
        String window = "?startDate=" + at(4) + "&endDate=" + at(8);
        String after = text("SELECT event_id::text FROM kept WHERE timestamp > '" + at(8)
                + "'::timestamptz + interval '999 microseconds' ORDER BY sequence LIMIT 1");
        sql("DELETE FROM audit.audit_events WHERE timestamp >= '" + at(4) + "' AND timestamp < '" + at(8)
                + "'::timestamptz + interval '1 millisecond'");
        JsonNode verdict = verify(window);
        assertThat(verdict.path("verified").asBoolean()).isFalse();
        assertThat(verdict.path("checkedCount").asInt()).isZero();
        assertThat(verdict.path("brokenAtEventId").asText()).isEqualTo(after);
        mend();
        sql("DELETE FROM audit.audit_events WHERE timestamp >= '" + at(13) + "'");
        assertThat(verify("?startDate=" + at(13) + "&endDate=2100-01-01")
                        .path("verified")
                        .asBoolean())
                .isFalse();
        mend();
        for (String nothing :
                List.of("?startDate=2020-01-01&endDate=2020-01-02", "?startDate=2100-01-01&endDate=2100-01-02")) {
            assertThat(verify(nothing).path("verified").asBoolean()).as(nothing).isTrue();
        }
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotVerifiedOn() {
        List<AuditVerification> inTime =
                SlowVerification.of(product.runtime(), database, 3, Duration.ofSeconds(54)).stream()
                        .map(Future::result)
                        .toList();
        assertThat(inTime).hasSize(3).allMatch(AuditVerification::verified);

        assertThat(SlowVerification.of(product.runtime(), database, 3, Duration.ofSeconds(55)))
                .hasSize(3)
                .allSatisfy(late -> assertThat(late.cause())
                        .isInstanceOf(ServiceException.class)
                        .hasMessage("This takes too long to verify at once; ask for a smaller window"));
    }

    @Test
    void deletingEverythingShows() throws SQLException {
        sql("DELETE FROM audit.audit_events");
        assertThat(verify("").path("verified").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "0", "1", "7", "13", "14", "1000", "NULL"})
    void anEventThatWasPutInShows(String place) throws SQLException {
        sql(
                """
            ALTER TABLE audit.audit_events ALTER sequence DROP NOT NULL;
            INSERT INTO audit.audit_events SELECT %s, '019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11', agent_id, action, outcome,
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

    /** Rows, chain and head fit each other again; what was signed does not. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit.audit_events SET action = 'agent.created' WHERE sequence = 7",
                "UPDATE audit.audit_events SET outcome = 'failure' WHERE sequence = 7",
                "UPDATE audit.audit_events SET agent_id = gen_random_uuid() WHERE sequence = 7",
                "UPDATE audit.audit_events SET actor_id = NULL WHERE sequence = 7",
                "UPDATE audit.audit_events SET ip_address = '203.0.113.9' WHERE sequence = 7",
                "UPDATE audit.audit_events SET user_agent = NULL WHERE sequence = 7",
                "UPDATE audit.audit_events SET request_id = 'x' WHERE sequence = 7",
                "UPDATE audit.audit_events SET event_id = gen_random_uuid() WHERE sequence = 7",
                "UPDATE audit.audit_events SET timestamp = timestamp - interval '1 millisecond' WHERE sequence = 7",
                "UPDATE audit.audit_events SET metadata = '{}' WHERE sequence = 7",
                "UPDATE audit.audit_events SET sequence = 15 - sequence WHERE sequence IN (7, 8)",
                "DELETE FROM audit.audit_events WHERE sequence = 7",
                "DELETE FROM audit.audit_events WHERE sequence <= 3",
                "DELETE FROM audit.audit_events WHERE sequence > 9",
                "UPDATE audit.audit_events SET sequence = sequence + 1 WHERE sequence >= 7;"
                        + "INSERT INTO audit.audit_events SELECT 7, gen_random_uuid(), agent_id, action, outcome,"
                        + " ip_address, user_agent, metadata, timestamp, request_id, actor_id, hash"
                        + " FROM kept WHERE sequence = 7",
                "DELETE FROM audit.audit_checkpoints;"
                        + "UPDATE audit.audit_events SET outcome = 'failure' WHERE sequence = 7",
            })
    void whoeverOwnsTheDatabaseCannotWriteTheLogAnew(String tampering) throws SQLException {
        sql(tampering);
        writeChainAnew();
        assertThat(verify("").path("verified").asBoolean()).isFalse();
        int size = Math.min(EVENTS, Integer.parseInt(text("SELECT sequence FROM audit.audit_head")));
        RunningProduct.Reply consistency = management.get("/api/v1/audit/checkpoints/consistency?from=" + EVENTS);
        if (size < EVENTS) {
            assertThat(consistency.status()).isEqualTo(400);
        } else {
            assertThat(consistency.json().path("fromRootHash")).isNotEqualTo(held.path("rootHash"));
        }
    }

    /** Nothing is signed meanwhile: the service would remember for good that the log was longer. */
    @Test
    void anEventThatIsWrittenAgainAtTheEndShows() throws SQLException {
        try (Connection signing = Sql.hold(database, "SELECT pg_advisory_xact_lock(" + 0x6167656e74696472L + ")")) {
            sql("INSERT INTO audit.audit_events SELECT 14, event_id, agent_id, action, outcome, ip_address, user_agent,"
                    + " metadata, timestamp + interval '1 microsecond', request_id, actor_id, hash"
                    + " FROM kept WHERE sequence = 7;"
                    + "UPDATE audit.audit_head SET (sequence, hash) = (SELECT 14, hash FROM kept WHERE sequence = 7)");
            assertBrokenAt(7, ""); // its id
            assertThat(verify("").path("checkedCount").asInt()).isEqualTo(EVENTS);
            mend();
            signing.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "DELETE FROM audit.audit_checkpoints WHERE tree_size > 9",
                "DELETE FROM audit.audit_checkpoints"
            })
    void anOlderBackupThatIsPutBackShows(String checkpoints) throws SQLException {
        sql("DELETE FROM audit.audit_events WHERE sequence > 9;"
                + "UPDATE audit.audit_head SET (sequence, hash) = (SELECT sequence, hash FROM kept WHERE sequence = 9);"
                + checkpoints);
        assertBrokenAt(9, "");
        RunningProduct.Reply consistency = management.get("/api/v1/audit/checkpoints/consistency?from=" + EVENTS);
        assertThat(consistency.status()).isEqualTo(400);
        assertThat(consistency.json().at("/details/errors/0/message").asText()).contains("at most 9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root_hash = sha256('x')",
                "chain_hash = sha256('x')",
                "timestamp = timestamp - interval '1 day'",
                "issuer = 'other'",
                "signature = sha256('x') || sha256('y')",
                "public_key = sha256('x')"
            })
    void aCheckpointThatIsAlteredShows(String edit) throws SQLException {
        sql("UPDATE audit.audit_checkpoints SET " + edit + " WHERE tree_size = " + EVENTS);
        assertThat(verify("").path("verified").asBoolean()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE audit.audit_events SET outcome = 'failure'",
                "DELETE FROM audit.audit_events",
                "TRUNCATE audit.audit_events",
                "DROP TABLE audit.audit_events",
                "ALTER TABLE audit.audit_events DISABLE TRIGGER ALL",
                "DELETE FROM audit.audit_events_other",
                "DELETE FROM audit.audit_head",
                "UPDATE audit.audit_checkpoints SET signature = ''",
                "DELETE FROM audit.audit_checkpoints",
                "TRUNCATE audit.audit_checkpoints",
                "UPDATE audit.audit_subtrees SET hash = ''",
                "DELETE FROM audit.audit_subtrees",
                "TRUNCATE audit.audit_subtrees",
                "UPDATE audit.audit_boundaries SET is_dropped = true",
                "DELETE FROM audit.audit_boundaries",
                "UPDATE audit.audit_dropped SET hash = ''",
                "DELETE FROM audit.audit_dropped",
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

    /** As somebody would who knows how: from the first event on, each hash after the one before, and the head after all. */
    private void writeChainAnew() throws SQLException {
        List<String> events = Sql.selectAll(
                database,
                """
                SELECT json_build_object('eventId', event_id, 'agentId', agent_id, 'action', action, 'outcome', outcome,
                    'ipAddress', ip_address, 'userAgent', user_agent, 'metadata', metadata,
                    'timestamp', to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
                    'requestId', request_id, 'actorId', actor_id)
                FROM audit.audit_events ORDER BY sequence
                """);
        String hash = "0".repeat(64);
        StringBuilder updates = new StringBuilder();
        for (int i = 0; i < events.size(); i++) {
            ObjectNode event = Management.json(events.get(i));
            hash = RfcProofs.chainHash(hash, i + 1, event);
            updates.append(
                    "UPDATE audit.audit_events SET sequence = %d, hash = decode('%s', 'hex') WHERE event_id = '%s';"
                            .formatted(i + 1, hash, event.path("eventId").asText()));
        }
        sql(updates + "UPDATE audit.audit_head SET sequence = " + events.size() + ", hash = decode('" + hash
                + "', 'hex')");
        assertThat(Sql.select(
                        database, "SELECT encode(hash, 'hex') FROM audit.audit_events ORDER BY sequence DESC LIMIT 1"))
                .isEqualTo(hash);
    }

    private JsonNode verify(String window) {
        RunningProduct.Reply reply = management.get("/api/v1/audit/verify" + window);
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        return reply.json();
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
