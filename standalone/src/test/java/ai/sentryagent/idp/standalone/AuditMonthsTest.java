package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A month's partition of the log is made beforehand, and for nobody's harm. */
@Timeout(120)
final class AuditMonthsTest {
    private final String database = TestServers.freshDatabase();
    private final String month =
            YearMonth.now(ZoneOffset.UTC).plusMonths(2).toString().replace('-', '_');

    @Test
    void whoReadsForLongHoldsUpAMonthThatIsToBeMadeAndNeitherTheStartNorWhatIsAdded() throws SQLException {
        Sql.update(
                database,
                "SELECT audit.ensure_audit_partition((now() AT TIME ZONE 'UTC' + ahead * interval '1 month')::date)"
                        + " FROM generate_series(-1, 1) AS ahead");
        try (Connection reader = Sql.hold(database, "SELECT count(*) FROM audit.audit_events");
                RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database))) {
            Management management = Management.of(product);
            AuditTrail trail = new AuditTrail(management);
            long begun = System.nanoTime();
            while (System.nanoTime() - begun < 4_000_000_000L) { // several attempts
                assertThat(trail.of(management.register().id(), "agent.created"))
                        .isNotEmpty();
            }
            assertThat(made()).isFalse();
            reader.rollback();
            Patience.until("the month is made", this::made);
        }
    }

    private boolean made() throws SQLException {
        return Sql.number(database, "SELECT count(*) FROM pg_class WHERE relname = 'audit_events_" + month + "'") == 1;
    }
}
