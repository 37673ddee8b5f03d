package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.audit.ExportCheck;
import ai.sentryagent.idp.audit.LongHistory;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.ExportAudit;
import ai.sentryagent.idp.schema.audit.ExportPage;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is old comes after what is kept, so that retention drops it behind no boundary. */
@Timeout(120)
final class LateEventsTest {
    private static final int KEPT_DAYS = 90;

    /** Several times what a statement may read. */
    private static final int MANY = 25_000;

    /** Rows come by their places, as with more of them, and a statement that goes through too many fails. */
    private static final String READ_LITTLE_AT_ONCE =
            """
            CREATE FUNCTION audit.one_more() RETURNS boolean LANGUAGE plpgsql AS
            $$
            DECLARE
                rows integer := 1;
            BEGIN
                IF current_setting('test.statement', true) = statement_timestamp()::text THEN
                    rows := current_setting('test.rows')::integer + 1;
                END IF;
                IF rows > 10000 THEN
                    RAISE EXCEPTION 'a statement reads too much of audit_dropped';
                END IF;
                PERFORM set_config('test.statement', statement_timestamp()::text, false);
                PERFORM set_config('test.rows', rows::text, false);
                RETURN true;
            END
            $$;
            GRANT EXECUTE ON FUNCTION audit.one_more() TO agentidp_audit;
            CREATE POLICY counted ON audit.audit_dropped FOR SELECT USING (audit.one_more());
            CREATE POLICY written ON audit.audit_dropped FOR INSERT WITH CHECK (true);
            ALTER TABLE audit.audit_dropped ENABLE ROW LEVEL SECURITY;
            """;

    private static final String INDEXED =
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET enable_sort = off', current_database()); END $$";

    private final YearMonth old = YearMonth.now(ZoneOffset.UTC).minusMonths(6);
    private final String database = TestServers.freshDatabase();
    private final Map<String, String> keeping = Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0");
    private RunningProduct product = RunningProduct.start(keeping);

    @AfterEach
    void stop() {
        product.close();
    }

    @Test
    void howeverManyWereDroppedNoStatementReadsThemAll() throws SQLException, IOException {
        Sql.update(database, INDEXED);
        Management management = comeLate(MANY);
        dropOld();
        assertThat(dropped()).isEqualTo(MANY);
        Sql.update(database, READ_LITTLE_AT_ONCE);
        Fact next = fact(Instant.now().truncatedTo(ChronoUnit.MILLIS));
        tell(next);
        assertThat(isVerified(management)).isTrue();
        RfcProofs.assertProved(management, next.eventId().toString());
        ExportCheck check = new ExportCheck(Optional.empty());
        management.get("/api/v1/audit/export").json().asText().lines().forEach(check::line);
        assertThat(check.findings().skipped()).isEqualTo(MANY);

        tell(fact(old.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC)));
        dropOld();
        assertThat(dropped()).isEqualTo(MANY + 1);
        assertThat(isVerified(management)).isTrue();
        Sql.update(database, "INSERT INTO audit.audit_dropped VALUES (1000000000, sha256('x'))");
        assertThat(isVerified(management))
                .as("the last of them is not as it was signed")
                .isFalse();
    }

    @Test
    void anExportThatADropOvertakesIsToBeAskedForAnew() throws SQLException, IOException {
        comeLate(1_000);
        signed();
        Asker asker = new Asker(product.bus());
        ExportPage first = asker.ask(AuditOperations.EXPORT, new ExportAudit(null, null, null));
        ExportAudit rest = new ExportAudit(null, null, Objects.requireNonNull(first.next()));
        assertThat(asker.ask(AuditOperations.EXPORT, rest).lines()).contains("\"event\"");
        dropOld();
        assertThat(dropped()).isEqualTo(1_000);
        assertThat(asker.refusal(AuditOperations.EXPORT, rest)).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
    }

    /** What the start has told is kept, and of now. */
    private Management comeLate(int events) throws SQLException, IOException {
        new Outboxes(database).untilEmpty();
        product.close();
        LongHistory.append(
                TestServers.jdbcUrl(database),
                events,
                old,
                old.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC));
        product = RunningProduct.start(keeping);
        Management management = Management.of(product);
        new Outboxes(database).untilEmpty();
        return management;
    }

    private void dropOld() throws SQLException {
        signed();
        LongHistory.dropOlderThan(product.runtime(), database, KEPT_DAYS).await();
    }

    private long dropped() throws SQLException {
        return Sql.number(database, "SELECT count(*) FROM audit.audit_dropped");
    }

    private void tell(Fact fact) {
        Subscriber.AUDIT.deliver(product.bus(), List.of(fact)).await();
    }

    private void signed() throws SQLException {
        Patience.until(
                "a checkpoint of all there is",
                () -> Sql.number(
                        database,
                        "SELECT count(*) FROM audit.audit_checkpoints JOIN audit.audit_head ON tree_size = sequence"),
                found -> found == 1);
    }

    private boolean isVerified(Management management) throws SQLException {
        signed();
        return management.get("/api/v1/audit/verify").json().path("verified").asBoolean();
    }

    private static Fact fact(Instant timestamp) {
        return new Fact(
                UUID.randomUUID(),
                "token.issued",
                UUID.randomUUID(),
                Outcome.SUCCESS,
                timestamp,
                "request",
                null,
                null,
                null,
                Management.json("{}"));
    }
}
