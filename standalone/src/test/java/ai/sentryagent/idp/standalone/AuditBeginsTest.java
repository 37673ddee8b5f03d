package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The first start of an installation, in which nothing of the log can be signed yet. */
@Timeout(120)
final class AuditBeginsTest {
    private final String database = TestServers.freshDatabase();

    @Test
    void aNewLogTakesNoEventBeforeItIsSigned() throws SQLException {
        Future<RunningProduct> starting;
        try (Connection held = Sql.hold(database, "LOCK TABLE audit.audit_checkpoints IN EXCLUSIVE MODE")) {
            starting = RunningProduct.starting(Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0"));
            // as many as would be enough for the rest of the start, in which an administrator is made and told of
            for (int attempts = 0; attempts < 6; attempts++) {
                Patience.until("a checkpoint waits in vain", this::endThatWaits, ended -> ended > 0);
            }
            assertThat(Sql.number(database, "SELECT sequence FROM audit.audit_head"))
                    .isZero();
            held.rollback();
        }
        try (RunningProduct product = starting.timeout(60, TimeUnit.SECONDS).await()) {
            Management management = Management.of(product);
            new Outboxes(database).untilEmpty();
            assertThat(Sql.number(database, "SELECT sequence FROM audit.audit_head"))
                    .isPositive();
            assertThat(Sql.number(database, "SELECT min(tree_size) FROM audit.audit_checkpoints"))
                    .isZero();
            assertThat(management
                            .get("/api/v1/audit/verify")
                            .json()
                            .path("verified")
                            .asBoolean())
                    .isTrue();
        }
    }

    /** As Postgres ends a statement that has taken too long. */
    private long endThatWaits() throws SQLException {
        return Sql.number(
                database,
                "SELECT count(*) FILTER (WHERE pg_cancel_backend(pid)) FROM pg_stat_activity"
                        + " WHERE wait_event_type = 'Lock' AND usename = 'agentidp_audit' AND datname = current_database()");
    }
}
