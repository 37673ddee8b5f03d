package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.postgres.JdbcSchema;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import java.util.List;
import java.util.Objects;
import org.jgroups.JChannel;
import org.jgroups.util.SocketFactory;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;

/** This process among the others. Membership and event bus both ask everyone for a certificate, in TLS 1.3. */
public final class Cluster {
    /** Whoever speaks otherwise, as before Infinispan was gone, has another. */
    private static final String CLUSTER = "agentidp-2";

    private final ClusterConfig config;
    private final JChannel channel;
    private final Gossip gossip;
    private final ClusterMembership membership;

    private Cluster(ClusterConfig config, JChannel channel, String name) {
        this.config = config;
        this.channel = channel;
        Roster roster = new Roster(name);
        gossip = new Gossip(channel, roster);
        membership = new ClusterMembership(name, roster, gossip);
    }

    /**
     * Finds the others and joins them, or is the first. Blocks until then. Two that come to an empty cluster at once would
     * each be the first, and merge seconds later: so one at a time.
     *
     * @param members where each member has written down who and where it is
     * @param name this member's id on the bus, a UUID, never the same twice
     * @throws Exception of JGroups, if it cannot listen or the others cannot be read
     */
    public static Cluster join(ClusterConfig config, JdbcSchema members, String name) throws Exception {
        ClusterIdentity identity = Objects.requireNonNull(config.identity());
        JChannel channel = new JChannel(Stack.of(config, members));
        channel.getProtocolStack().getTopProtocol().setSocketFactory(sockets(identity));
        channel.addAddressGenerator(() -> Gossip.address(name)).name(name).setDiscardOwnMessages(true);
        Cluster cluster = new Cluster(config, channel, name);
        try {
            channel.connect(CLUSTER);
        } catch (Exception e) {
            channel.close();
            throw e;
        }
        return cluster;
    }

    public ClusterManager manager() {
        return membership;
    }

    /** The event bus among members. */
    public EventBusOptions busOptions() {
        return config.busOptions();
    }

    /** What this member is called on the bus. */
    public String name() {
        return membership.getNodeId();
    }

    /** What the others are called that are members at the moment. */
    public List<String> others() {
        return membership.getNodes().stream()
                .filter(member -> !member.equals(name()))
                .toList();
    }

    /** From now on nobody sends questions here; those on their way are still answered. */
    public Future<Void> withdraw() {
        return membership.withdraw();
    }

    /** Says goodbye. Blocks until the others know. */
    public void leave() {
        gossip.stop();
        channel.close();
    }

    private static SocketFactory sockets(ClusterIdentity identity) throws Exception {
        return new TLS()
                .enabled(true)
                .setProtocols(new String[] {ClusterIdentity.TLS})
                .setClientAuth(TLSClientAuth.NEED)
                .createSocketFactory(identity.sslContext());
    }
}
