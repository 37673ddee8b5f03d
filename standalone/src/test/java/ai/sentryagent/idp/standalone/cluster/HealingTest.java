package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Outboxes;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.Frozen;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * Processes that cannot reach each other for a while, in acts, with traffic on. After each act everything must be whole by
 * itself. {@code -Dagentidp.fault.seconds=60} makes each fault last longer; the short one outlasts the failure detector.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
@Tag("proof")
final class HealingTest {
    private static final Duration FAULT = Duration.ofSeconds(Long.getLong("agentidp.fault.seconds", 9));
    private static final int MANY = 20;

    private final String database = TestServers.freshDatabase();
    private final RunningCluster cluster = new RunningCluster(Path.of("target", "healing"), database, FreePort.next());
    private final Map<String, Member> members = new LinkedHashMap<>();
    private final Map<String, Cables> cables = new LinkedHashMap<>();
    private final Gateways gateways = new Gateways();
    private @Nullable Traffic traffic;

    /** The first is ready before there is anybody else. */
    @BeforeAll
    void start() throws IOException, SQLException {
        start(RunningCluster.MODULES.get(0));
        cluster.awaitReady();
        for (String module : RunningCluster.MODULES.subList(1, RunningCluster.MODULES.size())) {
            start(module);
        }
        cluster.awaitReady();
        gateways.add(of(members, "gateway"));
        String administrator = Sql.select(database, "SELECT agent_id FROM agents.agents");
        traffic = new Traffic(gateways, administrator, RunningCluster.ADMIN_SECRET);
    }

    @AfterAll
    void stop() throws IOException {
        try {
            if (traffic != null) {
                traffic.close();
            }
            gateways.close();
        } finally {
            cluster.close();
            for (Cables each : cables.values()) {
                each.close();
            }
        }
    }

    @Test
    @Order(1)
    void whileTheBusToTokenServiceIsCutRequestsAreToldToTryAgain() throws IOException {
        Link bus = of(cables, "token-service").bus();
        long from = System.nanoTime();
        bus.cut();
        last();
        assertThat(of(members, "token-service").isReady())
                .as("reachable, it would say")
                .isFalse();
        Patience.until("the others are ready", of(members, "agent-service")::isReady, ready -> ready);
        bus.heal();
        assertWholeAgain(from);
    }

    @Test
    @Order(2)
    void aTokenServiceThatWasFrozenIsTakenBack() throws IOException {
        long from = System.nanoTime();
        Frozen frozen = TestServers.freeze(of(members, "token-service"));
        try (frozen) {
            last();
        }
        assertWholeAgain(from);
    }

    @Test
    @Order(3)
    void whenNobodyReachesAnybodyNobodyIsReadyAndAllFindTogetherAgain() throws IOException {
        long from = System.nanoTime();
        for (Cables each : cables.values()) {
            each.blackhole();
        }
        last();
        assertThat(members.values()).noneMatch(Member::isReady);
        for (Cables each : cables.values()) {
            each.heal();
        }
        assertWholeAgain(from);
    }

    @Test
    @Order(4)
    void nothingThatWasToldIsLost() throws SQLException {
        traffic().close();
        new Outboxes(database).untilEmpty();
        HandedOut.assertLoggedAndCountedOnce(traffic().tokens(), database);
    }

    @Test
    @Order(5)
    void twoGatewaysWithoutAServiceAreNoCompanyForEachOther() throws IOException {
        Member second = cluster.start("gateway", "gateway-2", secondGateway());
        cluster.awaitReady();
        for (String service : RunningCluster.MODULES.subList(0, RunningCluster.MODULES.size() - 1)) {
            of(members, service).kill();
        }
        Patience.until("a gateway that has nothing to offer", second::isReady, ready -> !ready);
        Patience.until("its brother, too", of(members, "gateway")::isReady, ready -> !ready);
        assertThat(second.isAlive()).isTrue();
    }

    private void start(String module) throws IOException {
        Cables own = new Cables();
        cables.put(module, own);
        members.put(module, cluster.start(module, module, own.settings(cluster.identity(module))));
    }

    private Map<String, String> secondGateway() throws IOException {
        Map<String, String> settings = new LinkedHashMap<>(cluster.identity("gateway-2"));
        settings.put("PORT", String.valueOf(FreePort.next()));
        return settings;
    }

    /** As long as the fault shall last. */
    private static void last() {
        long end = System.nanoTime() + FAULT.toNanos();
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    /** Everybody is ready, every service answers, and so does every request; none failed in another way. */
    private void assertWholeAgain(long faultBegan) {
        Patience.until("all ready", () -> members.values().stream().allMatch(Member::isReady), ready -> ready);
        Sender sender = new Sender();
        Patience.until(
                "health", () -> sender.get(gateways.next(), "/health", "").text("status"), "ok"::equals);
        long whole = System.nanoTime();
        traffic().untilAllAreServed(MANY, whole); // a view that was late may still cost a few that came between
        assertThat(traffic().failedSince(faultBegan)).isNotEmpty().allSatisfy(sent -> {
            assertThat(sent.status()).as("%s", sent).isEqualTo(503);
            assertThat(sent.retryAfter()).as("%s", sent).isTrue();
        });
    }

    private Traffic traffic() {
        return Objects.requireNonNull(traffic);
    }

    private static <T> T of(Map<String, T> all, String name) {
        return Objects.requireNonNull(all.get(name));
    }
}
