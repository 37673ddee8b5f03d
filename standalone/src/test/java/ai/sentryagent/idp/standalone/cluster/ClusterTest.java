package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Five processes on one bus, told in acts: they start, they are replaced under load, one is killed, a stranger knocks. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ClusterTest {
    private static final Duration WHOLE_AGAIN_WITHIN = Duration.ofSeconds(10);

    private final String database = TestServers.freshDatabase();
    private final RunningCluster cluster = new RunningCluster(Path.of("target", "cluster"), database, FreePort.next());
    private final Map<String, Member> current = new HashMap<>();
    private Load load = new Load("", "", "");

    @BeforeAll
    void start() throws IOException, SQLException {
        for (String module : RunningCluster.MODULES) {
            current.put(module, cluster.start(module, module));
        }
        cluster.awaitReady();
        String url = RunningCluster.url(Objects.requireNonNull(current.get("gateway")));
        load = new Load(url, administrator(), RunningCluster.ADMIN_SECRET);
        // credential-service may be ready a moment before it has heard of the administrator
        Patience.until("the administrator's first token", load::token, Load.Seen::isGood);
    }

    @AfterAll
    void stop() throws IOException {
        load.close();
        cluster.close();
    }

    @Test
    @Order(1)
    void everyServiceIsReplacedUnderLoadAndNoRequestFails() throws IOException {
        load.start();
        for (String module : List.of("token-service", "credential-service", "agent-service", "audit-service")) {
            Member old = Objects.requireNonNull(current.get(module));
            current.put(module, cluster.start(module, module + "-next"));
            cluster.awaitReady();
            old.terminate();
            assertThat(old.awaitEnd()).as(module).isZero();
        }
        assertThat(load.seen()).hasSizeGreaterThan(100);
        assertThat(load.bad()).isEmpty();
    }

    @Test
    @Order(2)
    void killingOneOfTwoTokenServicesCostsWhatWasUnderWayThere() throws IOException {
        Member victim = cluster.start("token-service", "token-service-victim");
        cluster.awaitReady();
        victim.kill();
        long killed = System.nanoTime();
        victim.awaitEnd();
        LockSupport.parkNanos(WHOLE_AGAIN_WITHIN.toNanos());
        assertThat(load.bad()).allSatisfy(bad -> {
            assertThat(bad.status()).isEqualTo(503);
            assertThat(Duration.ofNanos(bad.at() - killed)).isLessThan(Duration.ofSeconds(4));
        });
        assertThat(load.token().status()).isEqualTo(200);
    }

    @Test
    @Order(3)
    void whoeverLacksTheClustersCertificateCannotJoin() throws IOException {
        CertificateAuthority another = new CertificateAuthority(Instant.now());
        List<String> before = views("audit-service-next");
        assertThat(before).isNotEmpty();
        Member stranger = cluster.start("audit-service", "stranger", another.member("stranger"));
        // it finds the members in the table, is refused by every one, and stays alone
        List<String> own = Patience.until("the stranger's cluster", () -> views("stranger"), seen -> !seen.isEmpty());
        assertThat(own.get(0)).contains("(1) [");
        stranger.kill();
        stranger.awaitEnd();
        assertThat(views("audit-service-next")).isEqualTo(before);
    }

    @Test
    @Order(4)
    void everyTokenThatWasHandedOutIsInTheLogOnce() throws SQLException {
        load.close();
        long handedOut = load.seen().stream()
                .filter(one -> one.what().equals("/api/v1/token") && one.isGood())
                .count();
        Patience.until("an empty outbox", () -> count("SELECT count(*) FROM tokens.outbox"), rows -> rows == 0);
        long logged = count("SELECT count(*) FROM audit.audit_events WHERE action = 'token.issued'");
        long once = count("SELECT count(DISTINCT event_id) FROM audit.audit_events WHERE action = 'token.issued'");
        assertThat(logged).isEqualTo(once).isGreaterThanOrEqualTo(handedOut);
        assertThat(count("SELECT sum(issued)::bigint FROM tokens.token_monthly_counts"))
                .isEqualTo(logged);
    }

    private String administrator() throws SQLException {
        return Sql.select(database, "SELECT agent_id FROM agents.agents");
    }

    private long count(String sql) throws SQLException {
        return Long.parseLong(Sql.select(database, sql));
    }

    /** Who is in the cluster, by and by, as this member's log tells. */
    private List<String> views(String member) throws IOException {
        try (Stream<String> lines = Files.lines(cluster.log(member))) {
            return lines.filter(line -> line.contains("new cluster view")).toList();
        }
    }
}
