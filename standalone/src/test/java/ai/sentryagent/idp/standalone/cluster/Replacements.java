package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.Member;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Each process gives its place to another one, under load. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class Replacements {
    private final TwoOfEach cluster;

    Replacements(TwoOfEach cluster) {
        this.cluster = cluster;
    }

    /** Whoever stays with one gateway is sent away by it, and whoever looks at its readiness goes elsewhere in time. */
    @Test
    @Order(1)
    void bothGatewaysAreReplacedUnderLoadAndNoRequestFails() throws IOException, SQLException {
        List<Sent> sent = replaced("gateway", "gateway");
        assertThat(sent).allSatisfy(Replacements::assertGood);
        assertThat(sent).filteredOn(Sent::closes).isNotEmpty();
    }

    @Test
    @Order(2)
    void everyServiceIsReplacedUnderLoadAndNoRequestFails() throws IOException, SQLException {
        assertThat(replaced("token-service", "credential-service", "agent-service", "audit-service"))
                .hasSizeGreaterThan(200)
                .allSatisfy(Replacements::assertGood);
    }

    /** The first to bring the new key waits until it has been published for long enough, and the old one signs meanwhile. */
    @Test
    @Order(3)
    void theSigningKeyIsReplacedOneInstanceAfterTheOtherAndNoTokenIsRefused() throws IOException, SQLException {
        try (ResourceServer elsewhere = new ResourceServer(cluster)) {
            elsewhere.untilAnotherKeySigns();
            cluster.members().replaceSigningKey();
            assertThat(replaced("token-service", "token-service"))
                    .hasSizeGreaterThan(100)
                    .allSatisfy(Replacements::assertGood);
            elsewhere.untilAnotherKeySigns();
            assertThat(elsewhere.refused()).isEmpty();
        }
    }

    /** What was asked meanwhile. */
    private List<Sent> replaced(String... modules) throws IOException, SQLException {
        Traffic traffic = cluster.traffic();
        long begun = System.nanoTime();
        for (String module : modules) {
            cluster.add(module);
            cluster.awaitReady();
            Member old = cluster.take(module);
            old.terminate();
            assertThat(old.awaitEnd()).as(old.name()).isZero();
        }
        traffic.untilAllHaveAsked(System.nanoTime());
        return traffic.since(begun);
    }

    private static void assertGood(Sent sent) {
        assertThat(sent.isGood()).as("%s", sent).isTrue();
    }
}
