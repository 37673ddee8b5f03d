package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
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
    private static final int PORT = 9_480;
    private static final Duration WHOLE_AGAIN_WITHIN = Duration.ofSeconds(10);

    private final String database = TestServers.freshDatabase();
    private final RunningCluster cluster = new RunningCluster(Path.of("target", "cluster"), database, PORT);
    private final Map<String, Member> current = new HashMap<>();
    private Load load = new Load("", "", "");

    @BeforeAll
    void start() throws IOException, SQLException {
        for (String module : RunningCluster.MODULES) {
            current.put(module, cluster.start(module, module));
        }
        cluster.awaitReady();
        load = new Load("http://127.0.0.1:" + PORT, administrator(), RunningCluster.ADMIN_SECRET);
        assertThat(load.token().status()).isEqualTo(200);
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
        int before = load.seen().size();
        assertThat(before).isGreaterThan(100);
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
        Member stranger = cluster.start("audit-service", "stranger", another.member("stranger"));
        // it finds the members in the table, is refused by every one, and stays alone
        long end = System.nanoTime() + Duration.ofSeconds(40).toNanos();
        while (!Files.readString(cluster.log("stranger")).contains("new cluster view") && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        assertThat(Files.readString(cluster.log("stranger"))).contains("(1) [");
        stranger.kill();
        stranger.awaitEnd();
        assertThat(Files.readString(cluster.log("audit-service-next"))).doesNotContain("(7) [");
    }

    @Test
    @Order(4)
    void everyTokenThatWasHandedOutIsInTheLogOnce() throws SQLException {
        load.close();
        long handedOut = load.seen().stream()
                .filter(one -> one.what().equals("/api/v1/token") && one.isGood())
                .count();
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (count("SELECT count(*) FROM tokens.outbox") > 0 && System.nanoTime() < end) {
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        long logged = count("SELECT count(*) FROM audit.audit_events WHERE action = 'token.issued'");
        long once = count("SELECT count(DISTINCT event_id) FROM audit.audit_events WHERE action = 'token.issued'");
        assertThat(logged).isEqualTo(once).isGreaterThanOrEqualTo(handedOut);
        assertThat(count("SELECT sum(issued)::bigint FROM tokens.token_monthly_counts"))
                .isEqualTo(logged);
    }

    private String administrator() throws SQLException {
        try (Connection connection = DriverManager.getConnection(TestServers.jdbcUrl(database));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT agent_id FROM agents.agents")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private long count(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(TestServers.jdbcUrl(database));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
