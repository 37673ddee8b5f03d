package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.Sql;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/** Processes on one bus, two of each kind, told in acts: starting them takes a while, so that all acts share them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
final class ClusterTest {
    private final TwoOfEach cluster = new TwoOfEach();

    @BeforeAll
    void start() throws IOException, SQLException {
        cluster.start();
    }

    @AfterAll
    void stop() throws IOException {
        cluster.close();
    }

    @Nested
    @Order(1)
    final class WhatIsRevoked extends RevocationReach {
        WhatIsRevoked() {
            super(cluster);
        }
    }

    @Nested
    @Order(2)
    final class WhoeverIsReplaced extends Replacements {
        WhoeverIsReplaced() {
            super(cluster);
        }
    }

    @Nested
    @Order(3)
    final class WhoeverIsKilled extends Killings {
        WhoeverIsKilled() {
            super(cluster);
        }
    }

    @Nested
    @Order(4)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    final class InTheEnd {
        @Test
        @Order(1)
        void whoeverLacksTheClustersCertificateCannotJoin() throws IOException {
            CertificateAuthority another = new CertificateAuthority(Instant.now());
            String member = cluster.living("audit-service").get(0).name();
            List<String> before = views(member);
            assertThat(before).isNotEmpty();
            Member stranger = cluster.members().start("audit-service", "stranger", another.member("stranger"));
            // it finds the members in the table, is refused by every one, and stays alone
            List<String> own =
                    Patience.until("the stranger's cluster", () -> views("stranger"), seen -> !seen.isEmpty());
            assertThat(own.get(0)).contains("(1) [");
            stranger.kill();
            stranger.awaitEnd();
            assertThat(views(member)).isEqualTo(before);
        }

        @Test
        @Order(2)
        void everyTokenThatWasHandedOutIsInTheLogOnce() throws SQLException {
            Traffic traffic = cluster.traffic();
            traffic.close();
            long handedOut = traffic.all()
                    .filter(sent -> sent.what().equals("POST /api/v1/token") && sent.isGood())
                    .count();
            assertThat(handedOut).isPositive();
            Patience.until("an empty outbox", () -> count("SELECT count(*) FROM tokens.outbox"), rows -> rows == 0);
            long logged = count("SELECT count(*) FROM audit.audit_events WHERE action = 'token.issued'");
            long once = count("SELECT count(DISTINCT event_id) FROM audit.audit_events WHERE action = 'token.issued'");
            assertThat(logged).isEqualTo(once).isGreaterThanOrEqualTo(handedOut);
            assertThat(count("SELECT sum(issued)::bigint FROM tokens.token_monthly_counts"))
                    .isEqualTo(logged);
        }
    }

    private long count(String sql) throws SQLException {
        return Long.parseLong(Sql.select(cluster.database(), sql));
    }

    /** Who is in the cluster, by and by, as this member's log tells. */
    private List<String> views(String member) throws IOException {
        try (Stream<String> lines = Files.lines(cluster.members().log(member))) {
            return lines.filter(line -> line.contains("new cluster view")).toList();
        }
    }
}
