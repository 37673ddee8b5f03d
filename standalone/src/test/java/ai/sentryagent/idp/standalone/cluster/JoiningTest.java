package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.Frozen;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever comes, and whom the others do not let in: the first of a cluster is ready by itself, and nobody else. */
@Timeout(300)
@Tag("proof")
final class JoiningTest {
    private static final Duration WITHIN = Duration.ofMinutes(2);

    @Test
    void whoeverLacksTheClustersCertificateCannotJoinAndEnds() throws IOException {
        try (RunningCluster cluster = cluster("stranger")) {
            cluster.start("audit-service", "member");
            cluster.awaitReady();
            List<String> before = views(cluster, "member");
            assertThat(before).isNotEmpty();
            Map<String, String> another = new CertificateAuthority(Instant.now()).member("stranger");
            Member stranger = cluster.start("audit-service", "stranger", another);
            Patience.untilWithin(
                    WITHIN,
                    "it ends, and never was ready",
                    () -> {
                        assertThat(stranger.isReady()).isFalse();
                        return stranger.isAlive();
                    },
                    alive -> !alive);
            assertThat(stranger.awaitEnd()).isEqualTo(1);
            cluster.untilSaid("stranger", "None of the members", "CLUSTER_CERTIFICATE");
            assertThat(views(cluster, "stranger")).allMatch(view -> view.matches(".*\"members\":\"\\[[^,]+]\".*"));
            assertThat(views(cluster, "member")).isEqualTo(before);
        }
    }

    @Test
    void theFirstIsNotReadyAnyMoreWhenOthersHaveComeWhomItCannotAsk() throws IOException {
        try (RunningCluster cluster = cluster("unheard");
                Cables cables = new Cables()) {
            Member first = cluster.start("audit-service", "first");
            cluster.awaitReady();
            cables.bus().cut();
            Member second = cluster.start("audit-service", "second", cables.settings(cluster.identity("second")));
            cluster.untilSaid("second", "Waiting for another process to answer");
            Patience.untilWithin(WITHIN, "the first has nobody", first::isReady, ready -> !ready);
            cables.bus().heal();
            Patience.untilWithin(WITHIN, "both", () -> first.isReady() && second.isReady(), ready -> ready);
        }
    }

    @Test
    void whoeverComesWhileTheOthersStandStillIsLetInWhenTheyGoOn() throws IOException {
        try (RunningCluster cluster = cluster("frozen")) {
            Member first = cluster.start("audit-service", "first");
            cluster.awaitReady();
            Frozen frozen = TestServers.freeze(first);
            try (frozen) {
                cluster.start("audit-service", "second");
                cluster.untilSaid("second", "becoming singleton");
            }
            cluster.awaitReady();
        }
    }

    @Test
    void whoeverComesAfterAllHaveBeenKilledIsTheFirst() throws IOException {
        try (RunningCluster cluster = cluster("killed")) {
            Member killed = cluster.start("audit-service", "killed");
            cluster.awaitReady();
            killed.kill();
            killed.awaitEnd();
            cluster.start("audit-service", "after");
            cluster.awaitReady();
        }
    }

    /** What it says about who are its members. */
    private static List<String> views(RunningCluster cluster, String member) throws IOException {
        try (Stream<String> lines = Files.lines(cluster.log(member))) {
            return lines.filter(line -> line.contains("The members have changed"))
                    .toList();
        }
    }

    private static RunningCluster cluster(String name) {
        return new RunningCluster(Path.of("target", "first-" + name), TestServers.freshDatabase(), FreePort.next());
    }
}
