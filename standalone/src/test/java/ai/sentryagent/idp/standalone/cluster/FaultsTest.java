package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.EmbeddedPostgresServer;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.RedisTalk;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * What a cluster leans on breaks under load, one after the other, and is whole again; in the end every answer that was given
 * is held against the database. {@code -Dagentidp.fault.seconds=60} says how long what is gone stays gone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class FaultsTest {
    private static final Duration GONE_FOR = Duration.ofSeconds(Integer.getInteger("agentidp.fault.seconds", 5));
    private static final int AGENTS_AT_A_TIME = 4;

    private final EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
    private final EmbeddedRedisServer redis = TestServers.newRedisServer();
    private final int port = FreePort.next();
    private final RunningCluster cluster = new RunningCluster(Path.of("target", "faults"), postgres.url(), port)
            .with(Map.of("REDIS_URL", redis.url(), "MAX_AGENTS", "0"));
    private final Map<String, Member> members = new HashMap<>();
    private final Cables cables;
    private final Ledger ledger = new Ledger();
    private final Api api = new Api(List.of("http://127.0.0.1:" + port), ledger);
    private final Population population = new Population(api, ledger);

    FaultsTest() throws IOException {
        cables = new Cables();
    }

    @BeforeAll
    void start() throws IOException, SQLException {
        for (String module : RunningCluster.MODULES) {
            members.put(
                    module,
                    module.equals("token-service")
                            ? cluster.start(module, module, cables.settings(cluster.identity(module)))
                            : cluster.start(module, module));
        }
        cluster.awaitReady();
        String administrator = Sql.select(postgres.url(), "SELECT agent_id FROM agents.agents");
        Patience.until(
                "the administrator's token",
                () -> api.enter(administrator, RunningCluster.ADMIN_SECRET),
                Answer::isDone);
        population.start(AGENTS_AT_A_TIME);
        awaitTraffic();
    }

    @AfterAll
    void stop() throws IOException {
        population.close();
        cluster.close();
        cables.close();
    }

    @Test
    @Order(1)
    void postgresIsRestarted() throws IOException {
        postgres.close();
        Answer health = Patience.until("health that names postgres", this::health, answer -> answer.status() == 503);
        assertThat(health.text("postgres")).isEqualTo("disconnected");
        awaitMetric("agent-service", "agentidp_outage_seconds_count{dependency=\"postgres\"} 1.*");
        TestServers.restart(postgres);
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
        Answer health = Patience.until("health that names redis", this::health, answer -> answer.status() == 503);
        assertThat(health.text("redis")).isEqualTo("disconnected");
        assertThat(health.text("postgres")).isEqualTo("connected");
        awaitMetric("gateway", "agentidp_outage_seconds_count{dependency=\"redis\"} [1-9].*");
        awaitMetric("token-service", "agentidp_outage_seconds_count{dependency=\"redis\"} 1.*");
        stayGone();
        TestServers.restart(redis);
        awaitWhole();
    }

    @Test
    @Order(5)
    void auditServiceIsGoneForAWhile() throws IOException {
        Member audit = Objects.requireNonNull(members.get("audit-service"));
        audit.kill();
        audit.awaitEnd();
        Answer health = Patience.until("health that names audit", this::health, answer -> !answer.text("audit")
                .isEmpty());
        assertThat(health.text("audit")).isEqualTo("unreachable");
        assertThat(health.text("status")).isEqualTo("degraded");
        awaitMetric("token-service", "agentidp_outbox_facts{.*subscriber=\"audit\".*} [1-9].*");
        stayGone();
        members.put("audit-service", cluster.start("audit-service", "audit-service-again"));
        cluster.awaitReady();
        awaitWhole();
    }

    @Test
    @Order(6)
    void theBusToTokenServiceIsCutForAWhile() throws IOException {
        cables.bus().cut();
        Patience.until("health that names tokens", this::health, answer -> answer.text("tokens")
                .equals("unreachable"));
        stayGone();
        cables.bus().heal();
        awaitWhole();
    }

    @Test
    @Order(7)
    void whatWasAnsweredIsWhatIsThere() throws SQLException {
        population.close();
        new Reckoning(ledger, postgres.url()).settle();
        Answer verification = api.manage("check", "", "GET", "/api/v1/audit/verify", "");
        assertThat(verification.body().path("verified").asBoolean()).isTrue();
    }

    private Answer health() {
        return api.manage("check", "", "GET", "/health", "");
    }

    private void awaitWhole() throws IOException {
        Patience.until("health", this::health, answer -> answer.text("status").equals("ok"));
        cluster.awaitReady();
        awaitTraffic();
    }

    /** Every life that is under way now goes on. */
    private void awaitTraffic() {
        int before = ledger.ended().size();
        Patience.until("traffic", () -> ledger.ended().size(), ended -> ended >= before + AGENTS_AT_A_TIME);
    }

    private void stayGone() {
        LockSupport.parkNanos(GONE_FOR.toNanos());
    }

    private void awaitMetric(String module, String line) throws IOException {
        Pattern pattern = Pattern.compile(line.replace("{", "\\{").replace("}", "\\}"));
        Member member = Objects.requireNonNull(members.get(module));
        Patience.until(line, () -> Api.text(member.metricsUrl()), text -> text.lines()
                .anyMatch(each -> pattern.matcher(each).matches()));
    }
}
