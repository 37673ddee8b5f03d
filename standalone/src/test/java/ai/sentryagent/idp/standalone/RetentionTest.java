package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.audit.ExportCheck;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.Unfollow;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What is older than an installation keeps is dropped, and the rest goes on being proved. One log, as it grows old. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class RetentionTest {
    private static final String CHECKPOINTS = "/api/v1/audit/checkpoints";

    /** Of the oldest events. Retention of 90 days drops it and the next, twice as much does so where somebody waits. */
    private final YearMonth oldest = YearMonth.now(ZoneOffset.UTC).minusMonths(6);

    private final String database = TestServers.freshDatabase();
    private final Map<String, String> keeping = Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0");
    private final Map<String, String> dropping = Map.of("DATABASE_URL", database);
    /** Without an administrator, whose beginning would be older than the events that are made up here, and yet younger. */
    private RunningProduct product = RunningProduct.start(
            Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0", "BOOTSTRAP_CLIENT_SECRET", ""));

    private Management management = new Management(product, "");
    private JsonNode held = JsonNodeFactory.instance.nullNode();

    @AfterAll
    void stop() {
        product.close();
    }

    /** Three hundred events of each month, some of which came before or after their time, and one of a month without a table. */
    @Test
    @Order(1)
    void nothingIsDroppedWhereEverythingIsKept() throws SQLException {
        for (int month = 0; month < 6; month++) {
            Sql.update(database, "SELECT audit.ensure_audit_partition('" + oldest.plusMonths(month) + "-01')");
        }
        for (int month = 0; month < 6; month++) {
            List<Fact> facts = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                int shift = i == 290 ? 1 : i == 10 && month > 0 ? -1 : 0;
                facts.add(fact(oldest.plusMonths(month + shift)));
            }
            tell(facts.subList(0, 150));
            tell(facts.subList(150, 300));
        }
        tell(List.of(fact(oldest.minusMonths(7)), fact(YearMonth.now(ZoneOffset.UTC))));
        restart(keeping);
        held = checkpoint(events());
        assertVerified(events());
        assertThat(Sql.number(database, "SELECT count(*) FROM audit.audit_boundaries"))
                .isZero();
    }

    @Test
    @Order(2)
    void whatASubscriptionWaitsForIsKeptTwiceAsLong() throws SQLException {
        Asker asker = new Asker(product.bus());
        asker.follow("waiting", 1);
        restart(dropping);
        Patience.until("the oldest months are gone", () -> firstMonth(), first -> first.isAfter(oldest.minusMonths(1)));
        assertThat(firstMonth().isAfter(oldest.plusMonths(1))).isFalse();
        assertVerified(events());
    }

    @Test
    @Order(3)
    void wholeMonthsAreDroppedAndTheRestIsStillProved() throws SQLException {
        new Asker(product.bus()).ask(AuditOperations.UNFOLLOW, new Unfollow("waiting"));
        restart(dropping);
        YearMonth kept = YearMonth.from(Instant.now().minusSeconds(90L * 86_400).atZone(ZoneOffset.UTC));
        Patience.until("only what is kept", () -> firstMonth(), kept::equals);
        assertThat(Sql.number(
                        database,
                        "SELECT count(*) FROM audit.audit_events WHERE timestamp < '" + kept + "-01 00:00:00+00'"))
                .isZero();
        assertThat(Sql.number(database, "SELECT count(*) FROM audit.audit_dropped"))
                .as("came late, and went in time")
                .isPositive();
        assertVerified(events());
        Patience.until(
                "the checkpoints of before are forgotten",
                () -> Sql.number(
                        database,
                        "SELECT count(*) FROM audit.audit_checkpoints WHERE tree_size <"
                                + " (SELECT max(tree_size) FROM audit.audit_boundaries)"),
                left -> left == 0);
        Patience.until(
                "those that are kept are counted",
                () -> Sql.number(
                        database,
                        "SELECT (SELECT count(*) FROM audit.audit_checkpoints)"
                                + " - (SELECT checkpoints FROM audit.audit_checkpoint_count)"),
                wrong -> wrong == 0);
    }

    @Test
    @Order(4)
    void everyEventThatIsLeftIsProvedAndAnExportIsVerified() {
        JsonNode page = management.get("/api/v1/audit?limit=100").json();
        for (int i = 0; i < 100; i += 9) {
            RfcProofs.assertProved(
                    management, page.path("data").get(i).path("eventId").asText());
        }
        JsonNode first = management
                .get("/api/v1/audit?limit=1&page=" + page.path("total").asInt())
                .json();
        RfcProofs.assertProved(management, first.at("/data/0/eventId").asText());
        ExportCheck check = new ExportCheck(Optional.empty());
        management.get("/api/v1/audit/export").json().asText().lines().forEach(check::line);
        assertThat(check.findings().events()).isEqualTo(page.path("total").asLong());
        assertThat(check.findings().skipped()).isPositive();
    }

    @Test
    @Order(5)
    void aCheckpointThatIsHeldStillFitsAndOneOfWhatIsGoneCannotBeCompared() {
        long size = held.path("treeSize").asLong();
        tell(List.of(fact(YearMonth.now(ZoneOffset.UTC))));
        JsonNode now = checkpoint(size + 1);
        JsonNode proof =
                management.get(CHECKPOINTS + "/consistency?from=" + size).json();
        assertThat(RfcProofs.isConsistent(
                        size,
                        proof.path("to").asLong(),
                        proof.path("path"),
                        held.path("rootHash").asText(),
                        now.path("rootHash").asText()))
                .isTrue();
        assertThat(management
                        .get(CHECKPOINTS + "/consistency?from=1")
                        .json()
                        .at("/details/errors/0/message")
                        .asText())
                .contains("have been dropped");
    }

    @Test
    @Order(6)
    void whoeverMovesTheBoundaryOrDropsMoreIsFound() throws SQLException {
        for (String tampering : List.of(
                "UPDATE audit.audit_boundaries SET tree_size = tree_size + 1",
                "UPDATE audit.audit_boundaries SET kept_from = kept_from + interval '1 day'",
                "UPDATE audit.audit_boundaries SET chain_hash = sha256('x')",
                "UPDATE audit.audit_boundaries SET is_dropped = false",
                "DELETE FROM audit.audit_boundaries",
                "DELETE FROM audit.audit_dropped",
                "UPDATE audit.audit_dropped SET hash = sha256('x')",
                "INSERT INTO audit.audit_dropped SELECT sequence, hash FROM audit.audit_events LIMIT 1",
                "DELETE FROM audit.audit_events WHERE sequence = (SELECT min(sequence) FROM audit.audit_events)",
                "WITH gone AS (DELETE FROM audit.audit_events WHERE sequence % 100 = 3 RETURNING sequence, hash)"
                        + " INSERT INTO audit.audit_dropped SELECT * FROM gone")) {
            Sql.update(
                    database,
                    "CREATE TABLE e AS SELECT * FROM audit.audit_events; CREATE TABLE d AS SELECT * FROM audit.audit_dropped;"
                            + "CREATE TABLE b AS SELECT * FROM audit.audit_boundaries;" + tampering);
            assertThat(management
                            .get("/api/v1/audit/verify")
                            .json()
                            .path("verified")
                            .asBoolean())
                    .as(tampering)
                    .isFalse();
            Sql.update(
                    database,
                    "DELETE FROM audit.audit_events; INSERT INTO audit.audit_events SELECT * FROM e; DROP TABLE e;"
                            + "DELETE FROM audit.audit_dropped; INSERT INTO audit.audit_dropped SELECT * FROM d; DROP TABLE d;"
                            + "DELETE FROM audit.audit_boundaries; INSERT INTO audit.audit_boundaries"
                            + " OVERRIDING SYSTEM VALUE SELECT * FROM b; DROP TABLE b");
        }
        assertVerified(events());
    }

    @Test
    @Order(7)
    void theServicesOwnRoleCannotDropWhatIsYoungOrNotSealed() throws SQLException {
        Sql.update(database, "GRANT agentidp_audit TO CURRENT_USER");
        String seal =
                """
                SET ROLE agentidp_audit;
                INSERT INTO audit.audit_boundaries
                    (kept_from, tree_size, issuer, root_hash, chain_hash, dropped_hash, timestamp, public_key, signature)
                SELECT %s, %s, issuer, root_hash, chain_hash, dropped_hash, timestamp, public_key, signature
                FROM audit.audit_boundaries ORDER BY id DESC LIMIT 1;
                SELECT audit.drop_audit_events((SELECT max(id) FROM audit.audit_boundaries), %s)
                """;
        String nextMonth = "date_trunc('month', now() + interval '40 days')";
        String month = "date_trunc('month', now() - interval '40 days')";
        assertRefused(seal.formatted(nextMonth, "tree_size", "1"), "days or more");
        assertRefused(seal.formatted(nextMonth, "tree_size", "NULL"), "days or more");
        assertRefused("SET ROLE agentidp_audit; SELECT audit.drop_audit_events(NULL, 1)", "not the one to drop behind");
        assertRefused(
                "SET ROLE agentidp_audit; SELECT audit.ensure_audit_partition('2999-01-01')", "three months ahead");
        assertRefused("SET ROLE agentidp_audit; SELECT audit.ensure_audit_partition(NULL)", "no partition is made");
        assertRefused(seal.formatted(nextMonth, "tree_size", "-100"), "days or more");
        assertRefused(seal.formatted("now() - interval '40 days'", "tree_size", "1"), "begin with a month");
        assertRefused(seal.formatted(month, "tree_size", "1"), "does not seal");
        assertRefused(seal.formatted(month, "tree_size + 5", "1"), "does not seal");
        assertRefused("SET ROLE agentidp_audit; SELECT audit.drop_audit_events(1, 1)", "not the one to drop behind");
        assertVerified(events());
    }

    @Test
    @Order(8)
    void whoReadsForLongHoldsUpTheDropAndNotTheInserts() throws SQLException {
        long before = events();
        tell(List.of(fact(oldest)));
        try (Connection reader = Sql.hold(database, "SELECT count(*) FROM audit.audit_events")) {
            restart(dropping);
            long begun = System.nanoTime();
            for (int i = 0; i < 30; i++) {
                tell(List.of(fact(YearMonth.now(ZoneOffset.UTC))));
                Patience.until("a moment", () -> System.nanoTime(), new Every(begun + i * 100_000_000L)::isOver);
            }
            assertThat(Sql.number(
                            database,
                            "SELECT count(*) FROM audit.audit_events WHERE timestamp < '" + oldest.plusMonths(1)
                                    + "-01'"))
                    .isEqualTo(1);
            reader.rollback();
        }
        Patience.until(
                "the late one is gone",
                () -> Sql.number(
                        database,
                        "SELECT count(*) FROM audit.audit_events WHERE timestamp < '" + oldest.plusMonths(1) + "-01'"),
                left -> left == 0);
        assertThat(events()).isGreaterThanOrEqualTo(before + 30);
        assertVerified(events());
    }

    /** Its name alone would have it dropped. */
    @Test
    @Order(9)
    void aPartitionThatHoldsWhatIsKeptIsNotDropped() throws SQLException {
        String partition = "audit_events_"
                + YearMonth.now(ZoneOffset.UTC).minusMonths(1).toString().replace('-', '_');
        tell(List.of(fact(YearMonth.now(ZoneOffset.UTC).minusMonths(1)), fact(oldest)));
        String kept = "SELECT count(*) FROM audit.audit_events WHERE timestamp >= '"
                + YearMonth.now(ZoneOffset.UTC).minusMonths(1) + "-01 00:00:00+00'";
        long before = Sql.number(database, kept);
        Sql.update(database, "ALTER TABLE audit." + partition + " RENAME TO audit_events_2000_01");
        restart(dropping);
        long begun = System.nanoTime();
        Patience.until("retention tried", () -> System.nanoTime(), new Every(begun + 3_000_000_000L)::isOver);
        assertThat(Sql.number(database, kept)).isGreaterThanOrEqualTo(before);
        Sql.update(database, "ALTER TABLE audit.audit_events_2000_01 RENAME TO " + partition);
        Patience.until(
                "the late one is gone",
                () -> Sql.number(
                        database,
                        "SELECT count(*) FROM audit.audit_events WHERE timestamp < '" + oldest.plusMonths(1) + "-01'"),
                left -> left == 0);
        assertVerified(events());
    }

    /** Its month is made later than it came, which must not end the start. */
    @Test
    @Order(10)
    void anEventOfAMonthThatIsNotMadeYetStaysWhereItIs() throws SQLException {
        YearMonth month = YearMonth.now(ZoneOffset.UTC).plusMonths(2);
        String partition = "audit.audit_events_" + month.toString().replace('-', '_');
        Sql.update(database, "DROP TABLE " + partition);
        tell(List.of(fact(month)));
        restart(keeping);
        assertThat(Sql.number(database, "SELECT count(*) FROM audit.audit_events_other WHERE timestamp > now()"))
                .isEqualTo(1);
        assertVerified(events());
    }

    /** The owner's own rows would be signed with those that retention notes. */
    @Test
    @Order(11)
    void whatSomebodyElseHasNotedAsDroppedIsNeverSigned() throws SQLException {
        tell(List.of(fact(oldest)));
        Sql.update(
                database,
                "WITH gone AS (DELETE FROM audit.audit_events WHERE sequence ="
                        + " (SELECT max(sequence) - 5 FROM audit.audit_events) RETURNING sequence, hash)"
                        + " INSERT INTO audit.audit_dropped SELECT * FROM gone");
        long boundaries = Sql.number(database, "SELECT count(*) FROM audit.audit_boundaries");
        restart(dropping);
        long begun = System.nanoTime();
        Patience.until("retention tried", () -> System.nanoTime(), new Every(begun + 3_000_000_000L)::isOver);
        assertThat(Sql.number(database, "SELECT count(*) FROM audit.audit_boundaries"))
                .isEqualTo(boundaries);
        assertThat(management
                        .get("/api/v1/audit/verify")
                        .json()
                        .path("verified")
                        .asBoolean())
                .isFalse();
    }

    private record Every(long until) {
        boolean isOver(long now) {
            return now >= until;
        }
    }

    private void restart(Map<String, String> settings) {
        product.close();
        product = RunningProduct.start(settings);
        management = Management.of(product);
    }

    private static Fact fact(YearMonth month) {
        return new Fact(
                UUID.randomUUID(),
                "token.issued",
                UUID.randomUUID(),
                Outcome.SUCCESS,
                month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC).plusSeconds(60),
                "request",
                null,
                null,
                null,
                Management.json("{}"));
    }

    private void tell(List<Fact> facts) {
        Subscriber.AUDIT.deliver(product.bus(), facts).await();
    }

    private long events() throws SQLException {
        return Sql.number(database, "SELECT sequence FROM audit.audit_head");
    }

    private YearMonth firstMonth() throws SQLException {
        return YearMonth.parse(Sql.select(
                database, "SELECT to_char(min(timestamp) AT TIME ZONE 'UTC', 'YYYY-MM') FROM audit.audit_events"));
    }

    private JsonNode checkpoint(long size) {
        return Patience.until(
                "a checkpoint",
                () -> management.get(CHECKPOINTS + "?limit=1").json().at("/data/0"),
                newest -> newest.path("treeSize").asLong() >= size);
    }

    private void assertVerified(long size) throws SQLException {
        new Outboxes(database).untilEmpty();
        checkpoint(size);
        JsonNode verdict = management.get("/api/v1/audit/verify").json();
        assertThat(verdict.path("verified").asBoolean()).as("%s", verdict).isTrue();
        assertThat(verdict.path("checkedCount").asLong())
                .isEqualTo(Sql.number(database, "SELECT count(*) FROM audit.audit_events"));
    }

    private void assertRefused(String statements, String why) {
        assertThatThrownBy(() -> Sql.update(database, statements))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining(why);
    }
}
