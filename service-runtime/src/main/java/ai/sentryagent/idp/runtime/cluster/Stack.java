package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.postgres.JdbcSchema;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jgroups.conf.ProtocolConfiguration;
import org.jgroups.conf.ProtocolStackConfigurator;
import org.jgroups.conf.XmlConfigurator;

/** The protocols of membership as jgroups.xml names them, with this member's values in the place of their names. */
record Stack(List<ProtocolConfiguration> getProtocolStack) implements ProtocolStackConfigurator {
    private static final String FILE = "/jgroups.xml";

    static Stack of(ClusterConfig config, JdbcSchema members) throws IOException {
        Map<String, String> values = Map.of(
                "${host}", config.here().host(),
                "${port}", String.valueOf(config.here().membershipPort()),
                "${fd.port}", String.valueOf(config.here().watchPort()),
                "${seen.host}", config.seen().host(),
                "${seen.port}", String.valueOf(config.seen().membershipPort()),
                "${seen.fd.port}", String.valueOf(config.seen().watchPort()),
                "${members.url}", members.urlWithTimeout(),
                "${members.user}", members.user(),
                "${members.password}", members.password().value());
        try (InputStream xml = Objects.requireNonNull(Stack.class.getResourceAsStream(FILE))) {
            List<ProtocolConfiguration> protocols =
                    XmlConfigurator.getInstance(xml).getProtocolStack();
            protocols.forEach(protocol ->
                    protocol.getProperties().replaceAll((name, value) -> values.getOrDefault(value, value)));
            return new Stack(protocols);
        }
    }

    /** Not the protocols: there is a password in them. */
    @Override
    public String getProtocolStackString() {
        return FILE;
    }

    @Override
    public String toString() {
        return FILE;
    }
}
