package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import ai.sentryagent.idp.standalone.Outboxes;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** Processes on one bus, two of each kind, told in acts: starting them takes a while, so that all acts share them. */
@Timeout(1_200)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
@Tag("proof")
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
        void everyDoorSendsAwayWhoeverLacksTheClustersCertificate() throws Exception {
            RunningCluster members = cluster.members();
            Doors doors = new Doors(members.identity("with-doors"));
            members.start("audit-service", "with-doors", doors.settings());
            members.awaitReady();
            Vertx vertx = Vertx.vertx();
            try {
                assertThat(doors.knock(vertx, members.identity("somebody")))
                        .noneMatch(heard -> heard.contains("alert"));
                for (Map<String, String> stranger : List.of(
                        Map.<String, String>of(), new CertificateAuthority(Instant.now()).member("with-doors"))) {
                    Patience.until("an alert at each", () -> doors.knock(vertx, stranger), each -> each.stream()
                            .allMatch(heard -> heard.contains("fatal alert")));
                }
            } finally {
                vertx.close().await();
            }
        }

        @Test
        @Order(2)
        void aGatewayReadsItsPolicyAgainWhenToldAndKeepsTheOldOneWhereTheNewOneIsNoGood() throws IOException {
            RunningCluster members = cluster.members();
            Path policy = members.ownPolicies();
            Member gateway = members.start("gateway", "with-policies");
            members.awaitReady();
            assumeThat(Files.readString(members.log("with-policies"))).doesNotContain("SIGHUP is ignored");
            Sender sender = new Sender();
            String url = RunningCluster.url(gateway);
            String version = sender.get(url, "/health", "").text("policy");
            Files.writeString(
                    policy,
                    Files.readString(policy)
                            .replace(
                                    "\"GET /metrics\": { \"public\": true }",
                                    "\"GET /metrics\": { \"scopes\": [\"audit:read\"] }"));
            assertThat(sender.get(url, "/metrics", "").status())
                    .as("not told yet")
                    .isEqualTo(200);
            TestServers.hangUp(gateway);
            Patience.until(
                    "another policy", () -> sender.get(url, "/metrics", "").status(), status -> status == 401);
            Patience.until(
                    "another version",
                    () -> sender.get(url, "/health", "").text("policy"),
                    seen -> !seen.equals(version));

            Files.writeString(policy, "{");
            TestServers.hangUp(gateway);
            members.untilSaid("with-policies", "The new policy is no good");
            assertThat(sender.get(url, "/metrics", "").status()).isEqualTo(401);
            assertThat(sender.get(url, "/health", "").status()).isEqualTo(200);
        }

        @Test
        @Order(4)
        void everyTokenThatWasHandedOutIsInTheLogOnce() throws SQLException {
            Traffic traffic = cluster.traffic();
            traffic.close();
            new Outboxes(cluster.database()).untilEmpty();
            HandedOut.assertLoggedAndCountedOnce(traffic.tokens(), cluster.database());
        }
    }
}
