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

/** A start that needs a table for itself, where a backup reads it and others go on with it. */
@Timeout(120)
final class CredentialIndexTest {
    private final String database = TestServers.freshDatabase();
    private final Map<String, String> settings = Map.of("DATABASE_URL", database);

    @Test
    void nobodyWaitsBehindAStartThatWaitsForWhoeverReadsCredentials() throws SQLException {
        RunningProduct.start(settings).close();
        Sql.update(
                database,
                "DELETE FROM credentials.flyway_history WHERE version = '007';"
                        + "CREATE INDEX credentials_client ON credentials.credentials (client_id)");
        Future<RunningProduct> start;
        try (Connection backup = Sql.hold(database, "SELECT count(*) FROM credentials.credentials")) {
            start = RunningProduct.starting(settings);
            Patience.until(
                    "the migration rests before it tries again",
                    () -> Sql.number(database, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'"),
                    resting -> resting == 1);
            assertThat(Sql.number(database, "SELECT count(*) FROM credentials.credentials"))
                    .isEqualTo(1);
            assertThat(start.isComplete()).isFalse();
            backup.rollback();
        }
        start.timeout(60, TimeUnit.SECONDS).await().close();
        assertThat(Sql.number(database, "SELECT count(*) FROM pg_class WHERE relname = 'credentials_client'"))
                .isZero();
    }
}
