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
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever is started first waits for the rest, says for what, and can be told to stop meanwhile. */
@Timeout(240)
final class StartOrderTest {
    /** Of those who take turns in joining. */
    private static final long TURN = 0x6167656e74696471L;

    private final EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
    private final EmbeddedRedisServer redis = TestServers.newRedisServer();
    private final int port = FreePort.next();
    private final RunningCluster cluster = new RunningCluster(Path.of("target", "start-order"), postgres.url(), port);

    @AfterEach
    void stop() throws IOException {
        cluster.close();
        postgres.close();
        redis.close();
    }

    @Test
    void allOfThemCanBeThereBeforePostgresAndRedis() throws Exception {
        postgres.close();
        redis.close();
        for (String module : RunningCluster.MODULES) {
            start(module);
        }
        for (String module : RunningCluster.MODULES) {
            if (!module.equals("gateway")) {
                untilSaid(module, "Waiting for Postgres", "\"schema\":\"cluster\"");
            }
        }
        TestServers.restart(postgres);
        TestServers.restart(redis);
        assertServes();
    }

    @Test
    void theGatewayCanBeFirstAndTheServicesComeInAnyOrder() throws Exception {
        start("gateway");
        untilSaid("gateway", "Keys could not be loaded", "tokens.keys");
        List<String> others = new ArrayList<>(RunningCluster.MODULES);
        others.remove("gateway");
        Collections.reverse(others);
        for (String module : others) {
            start(module);
        }
        assertServes();
    }

    @Test
    void whoeverWaitsForPostgresOrForItsTurnStopsWhenTold() throws Exception {
        postgres.close();
        Member first = start("audit-service");
        untilSaid("audit-service", "Waiting for Postgres", "nextAttemptInMillis");
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

    private Member start(String module) throws IOException {
        Map<String, String> settings = new HashMap<>(cluster.identity(module));
        settings.put("REDIS_URL", redis.url());
        return cluster.start(module, module, settings);
    }

    private void untilSaid(String member, String... words) throws IOException {
        Patience.until(member + " says " + List.of(words), () -> log(member), lines -> lines.stream()
                .anyMatch(line -> Stream.of(words).allMatch(line::contains)));
    }

    private List<String> log(String member) throws IOException {
        return Files.readAllLines(cluster.log(member));
    }

    private String waiting() throws SQLException {
        return Sql.select(postgres.url(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted");
    }

    private void assertServes() throws IOException, SQLException {
        cluster.awaitReady();
        String administrator = Sql.select(postgres.url(), "SELECT agent_id FROM agents.agents");
        Api api = new Api("http://127.0.0.1:" + port, new Ledger());
        Patience.until("a token", () -> api.enter(administrator, RunningCluster.ADMIN_SECRET), Answer::isDone);
        Patience.until("health", () -> api.check("/health").text("status"), "ok"::equals);
    }
}
