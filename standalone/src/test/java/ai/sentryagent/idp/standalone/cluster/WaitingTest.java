package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.EmbeddedPostgresServer;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A process that waits can be told to stop. */
@Timeout(240)
final class WaitingTest {
    /** Of those who take turns in joining. */
    private static final long TURN = 0x6167656e74696471L;

    private final EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
    private final EmbeddedRedisServer redis = TestServers.newRedisServer();
    private final RunningCluster cluster =
            new RunningCluster(Path.of("target", "waiting"), postgres.url(), FreePort.next());

    @AfterEach
    void stop() throws IOException {
        cluster.close();
        postgres.close();
        redis.close();
    }

    @Test
    void whoeverWaitsForPostgresOrForItsTurnStopsWhenTold() throws Exception {
        postgres.close();
        Member first = start("audit-service");
        cluster.untilSaid("audit-service", "Waiting for Postgres", "nextAttemptInMillis");
        first.terminate();
        assertThat(first.awaitEnd()).isZero();

        TestServers.restart(postgres);
        try (Connection turn = Sql.hold(postgres.url(), "SELECT pg_advisory_lock(" + TURN + ")")) {
            assertThat(turn.isValid(1)).isTrue();
            Member second = start("audit-service");
            Patience.until("one that waits for its turn", this::waiting, "1"::equals);
            second.terminate();
            assertThat(second.awaitEnd()).isZero();
        }
    }

    @Test
    void whoeverIsToldAnAddressThatIsNotItsOwnSaysWhich() throws IOException {
        Map<String, String> settings = new HashMap<>(cluster.identity("audit-service"));
        settings.put("CLUSTER_HOST", "192.0.2.1");
        Member lost = cluster.start("audit-service", "audit-service", settings);
        assertThat(lost.awaitEnd()).isOne();
        cluster.untilSaid("audit-service", "audit-service: CLUSTER_HOST and CLUSTER_PORT do not work: ");
    }

    private Member start(String module) throws IOException {
        Map<String, String> settings = new HashMap<>(cluster.identity(module));
        settings.put("REDIS_URL", redis.url());
        return cluster.start(module, module, settings);
    }

    private String waiting() throws SQLException {
        return Sql.select(postgres.url(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    }
}
