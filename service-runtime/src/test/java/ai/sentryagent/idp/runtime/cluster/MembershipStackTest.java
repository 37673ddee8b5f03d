package ai.sentryagent.idp.runtime.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.util.List;
import java.util.Objects;
import org.jgroups.conf.ConfiguratorFactory;
import org.jgroups.conf.ProtocolConfiguration;
import org.junit.jupiter.api.Test;

/** What the membership does not speak. */
final class MembershipStackTest {
    private final List<ProtocolConfiguration> stack;

    MembershipStackTest() throws Exception {
        try (InputStream xml = Objects.requireNonNull(Cluster.class.getResourceAsStream("/jgroups.xml"))) {
            stack = ConfiguratorFactory.getStackConfigurator(xml).getProtocolStack();
        }
    }

    /** On unless it is switched off: probes by UDP, without TLS or password, that may call any method. */
    @Test
    void nobodyIsAnsweredByDiagnostics() {
        assertThat(stack.get(0).getProtocolName()).isEqualTo("TCP");
        assertThat(stack.get(0).getProperties()).containsEntry("diag.enabled", "false");
    }

    /** Their sockets would not be TLS, or would be multicast. */
    @Test
    void nothingGoesPastTheTlsSockets() {
        assertThat(stack)
                .extracting(ProtocolConfiguration::getProtocolName)
                .contains("FD_SOCK", "JDBC_PING2")
                .doesNotContain("FD_SOCK2", "UDP", "PING", "MPING", "BPING");
    }
}
