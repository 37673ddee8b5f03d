package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.EmbeddedPostgresServer;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.Frozen;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.RedisTalk;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * What a cluster leans on breaks under load, one after the other, and is whole again; in the end every answer that was given
 * is held against the database. {@code -Dagentidp.fault.seconds=60} says how long what is gone stays gone.
 */
@Timeout(1_200)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("proof")
final class FaultsTest {
    private static final Duration GONE_FOR = Duration.ofSeconds(Integer.getInteger("agentidp.fault.seconds", 5));
    private static final int AGENTS_AT_A_TIME = 4;

    /** How long a gateway takes Redis at its word when no token-service can. */
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(10);

    private final EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
    private final EmbeddedRedisServer redis = TestServers.newRedisServer();
    private final int port = FreePort.next();
    private final RunningCluster cluster = new RunningCluster(Path.of("target", "faults"), postgres.url(), port)
            .with(Map.of("REDIS_URL", redis.url(), "MAX_AGENTS", "0"));
    private final Map<String, Member> members = new HashMap<>();
    private final Cables cables;
    private final Link toRedis;
    private final Ledger ledger = new Ledger();
    private final Api api = new Api("http://127.0.0.1:" + port, ledger);
    private final Population population = new Population(api, ledger, GONE_FOR);

    FaultsTest() throws IOException {
        cables = new Cables();
        toRedis = Link.open(FreePort.next(), URI.create(redis.url()).getPort());
    }

    @Test
    @Order(0)
    void allOfThemCanBeThereBeforePostgresAndRedis() throws IOException, SQLException {
        postgres.close();
        redis.close();
        for (String module : RunningCluster.MODULES) {
            members.put(
                    module,
                    module.equals("token-service")
                            ? cluster.start(module, module, reachedByCables())
                            : cluster.start(module, module));
        }
        for (String module : RunningCluster.MODULES) {
            cluster.untilSaid(module, "Waiting for Postgres", "\"schema\":\"cluster\"");
        }
        TestServers.restart(postgres);
        TestServers.restart(redis);
        cluster.awaitReady();
        String administrator = Sql.select(postgres.url(), "SELECT agent_id FROM agents.agents");
        Patience.until(
                "the administrator's token",
                () -> api.enter(administrator, RunningCluster.ADMIN_SECRET),
                Answer::isDone);
        population.start(AGENTS_AT_A_TIME);
        population.untilEachGoesOn();
    }

    private Map<String, String> reachedByCables() {
        Map<String, String> settings = cables.settings(cluster.identity("token-service"));
        String redisPort = ":" + URI.create(redis.url()).getPort();
        settings.put("REDIS_URL", redis.url().replace(redisPort, ":" + toRedis.port()));
        return settings;
    }

    @AfterAll
    void stop() throws IOException {
        try {
            population.close();
        } finally {
            cluster.close();
            cables.close();
            toRedis.close();
        }
    }

    @Test
    @Order(1)
    void postgresIsRestarted() throws IOException {
        postgres.close();
        try {
            Answer health = Patience.until("health without postgres", this::health, answer -> answer.status() == 503);
            assertThat(health.text("postgres")).isEqualTo("disconnected");
            awaitOutage("agent-service", "postgres");
        } finally {
            TestServers.restart(postgres);
        }
        awaitWhole();
    }

    @Test
    @Order(2)
    void redisIsRestarted() throws IOException {
        TestServers.restart(redis);
        awaitWhole();
    }

    @Test
    @Order(3)
    void redisIsEmptied() throws IOException {
        RedisTalk.ask(redis.url(), "FLUSHALL");
        awaitWhole();
    }

    @Test
    @Order(4)
    void redisIsGoneForAWhile() throws IOException {
        redis.close();
        try {
            Answer health = Patience.until("health without redis", this::health, answer -> answer.status() == 503);
            assertThat(health.text("redis")).isEqualTo("disconnected");
            assertThat(health.text("postgres")).isEqualTo("connected");
            awaitOutage("gateway", "redis");
            awaitOutage("token-service", "redis");
            stayGone();
        } finally {
            TestServers.restart(redis);
        }
        awaitWhole();
    }

    @Test
    @Order(5)
    void auditServiceIsGoneForAWhile() throws IOException {
        Member audit = Objects.requireNonNull(members.get("audit-service"));
        audit.kill();
        audit.awaitEnd();
        try {
            Answer health = Patience.until("health without audit", this::health, answer -> answer.text("status")
                    .equals("degraded"));
            assertThat(health.text("audit")).isEqualTo("unreachable");
            awaitMetric("token-service", "agentidp_outbox_facts", "subscriber=\"audit\"");
            awaitMetric(
                    "token-service",
                    "agentidp_certificate_expiry_timestamp_seconds",
                    "setting=\"CLUSTER_CERTIFICATE\"");
            stayGone();
        } finally {
            members.put("audit-service", cluster.start("audit-service", "audit-service-again"));
        }
        awaitWhole();
    }

    @Test
    @Order(6)
    void theBusToTokenServiceIsCutForAWhile() throws IOException {
        cables.bus().cut();
        try {
            Patience.until("health without tokens", this::health, answer -> answer.text("tokens")
                    .equals("unreachable"));
            stayGone();
        } finally {
            cables.bus().heal();
        }
        awaitWhole();
    }

    @Test
    @Order(7)
    void tokenServiceCannotReachRedisForAWhileAndWhatIsSuspendedIsDeadAllTheSame() throws IOException {
        String agent = api.register().text("agentId");
        Answer credential = api.generate(agent);
        String token =
                api.token(agent, credential.text("clientSecret"), "data:read").text("access_token");
        assertThat(api.bear(agent, token).status()).isEqualTo(200);
        toRedis.cut();
        try {
            Patience.until(
                    "a suspension that is stored",
                    () -> api.status(agent, "agent.suspended", "suspended"),
                    answer -> answer.status() == 202);
            long stored = System.nanoTime();
            Patience.until("the end of it", () -> api.bear(agent, token), answer -> answer.status() == 401);
            assertThat(Duration.ofNanos(System.nanoTime() - stored)).isLessThan(BELIEVED_FOR.multipliedBy(2));
            assertThat(health().text("redis")).isEqualTo("disconnected");
            stayGone();
            assertThat(api.bear(agent, token).status()).isEqualTo(401);
        } finally {
            toRedis.heal();
        }
        awaitWhole();
    }

    @Test
    @Order(8)
    void whoIsFrozenWithinATransactionKeepsNobodyFromItsRows() throws Exception {
        String agent = api.register().text("agentId");
        String row = "SELECT 1 FROM agents.agents WHERE agent_id = '" + agent + "' FOR UPDATE";
        try (Connection holder = Sql.hold(postgres.url(), row)) {
            CompletableFuture<Answer> suspension =
                    CompletableFuture.supplyAsync(() -> api.status(agent, "agent.suspended", "suspended"));
            Patience.until(
                    "a transaction that waits for the row",
                    () -> Sql.number(
                            postgres.url(),
                            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'agentidp_agents'"
                                    + " AND pg_blocking_pids(pid) && ARRAY[" + Sql.processId(holder) + "]"),
                    waiting -> waiting > 0);
            try (Frozen frozen = TestServers.freeze(Objects.requireNonNull(members.get("agent-service")))) {
                assertThat(frozen).isNotNull();
                holder.rollback();
                Patience.until(
                        "the frozen one's lock", () -> Sql.isFree(postgres.url(), row + " NOWAIT"), free -> !free);
                Patience.until("the row", () -> Sql.isFree(postgres.url(), row + " NOWAIT"), free -> free);
            }
            suspension.join();
        }
        awaitWhole();
    }

    @Test
    @Order(9)
    void whatWasAnsweredIsWhatIsThere() throws SQLException {
        population.close();
        new Reckoning(ledger, postgres.url()).settle();
        Answer verification = api.check("/api/v1/audit/verify");
        assertThat(verification.sent().member("verified").asBoolean()).isTrue();
    }

    private Answer health() {
        return api.check("/health");
    }

    private void awaitWhole() throws IOException {
        Patience.until("health", this::health, answer -> answer.text("status").equals("ok"));
        cluster.awaitReady();
        population.untilEachGoesOn();
    }

    private void stayGone() {
        LockSupport.parkNanos(GONE_FOR.toNanos());
    }

    private void awaitOutage(String module, String dependency) {
        awaitMetric(module, "agentidp_outage_seconds_count", "dependency=\"" + dependency + "\"");
    }

    private void awaitMetric(String module, String name, String label) {
        Member member = Objects.requireNonNull(members.get(module));
        Patience.until(name, () -> Scrape.sum(member.metricsUrl(), name, label), sum -> sum >= 1);
    }
}
