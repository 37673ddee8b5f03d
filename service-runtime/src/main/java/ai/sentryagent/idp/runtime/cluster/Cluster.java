package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.CertificateGauge;
import ai.sentryagent.idp.runtime.postgres.JdbcSchema;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.spi.cluster.ClusterManager;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jgroups.JChannel;
import org.jgroups.protocols.JDBC_PING2;
import org.jgroups.util.SocketFactory;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;

/** This process among the others. Membership and event bus both ask everyone for a certificate, in TLS 1.3. */
public final class Cluster {
    /** Whoever speaks otherwise, as before Infinispan was gone, has another. */
    private static final String CLUSTER = "agentidp-2";

    /** Whoever is alone clears what stands there, and the first of those that live writes it down anew after 4.5 s at most. */
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(6);

    /** Until then two parts that can talk to each other are one (MERGE3: 4.5 s until both are seen, 4.8 s until it is looked at). */
    private static final Duration MERGED_WITHIN = Duration.ofSeconds(20);

    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

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
     * each be the first, and merge seconds later: so one at a time. Whoever is let in by none of those that are there is not
     * the first and fails: it would be ready, and take the place of one that works.
     *
     * @param members where each member has written down who and where it is
     * @param name this member's id on the bus, a UUID, never the same twice
     * @throws Exception of JGroups, if it cannot listen or the others cannot be read; if nobody lets it in
     */
    public static Cluster join(ClusterConfig config, JdbcSchema members, String name) throws Exception {
        ClusterIdentity identity = Objects.requireNonNull(config.identity());
        new CertificateGauge(ClusterIdentity.CERTIFICATE).tell(identity.validUntil());
        JChannel channel = new JChannel(Stack.of(config, members));
        channel.getProtocolStack().getTopProtocol().setSocketFactory(sockets(identity));
        channel.addAddressGenerator(() -> Gossip.address(name)).name(name).setDiscardOwnMessages(true);
        Cluster cluster = new Cluster(config, channel, name);
        try {
            boolean foundOthers = !writtenDown(channel, name).isEmpty();
            channel.connect(CLUSTER);
            if (foundOthers) {
                insistOnCompany(channel, name);
            }
        } catch (Exception e) {
            channel.close();
            throw e;
        }
        return cluster;
    }

    /**
     * Those that were found may all be dead, and then none of them comes back; or they could not answer for a while, and then
     * they and this one find each other within the time that a merge takes.
     */
    private static void insistOnCompany(JChannel channel, String name) throws Exception {
        List<String> others = List.of();
        for (Duration alone = Duration.ZERO;
                alone.compareTo(others.isEmpty() ? WRITTEN_WITHIN : MERGED_WITHIN) < 0;
                alone = alone.plus(LOOK_EVERY)) {
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
            if (channel.getView().size() > 1) {
                return;
            }
            others = writtenDown(channel, name);
        }
        if (!others.isEmpty()) {
            throw new IOException("None of the members " + others + " lets this one in: is CLUSTER_CERTIFICATE one of"
                    + " their CLUSTER_AUTHORITY, and does each reach the other at its CLUSTER_PORT?");
        }
    }

    /** The others that have written down who and where they are. */
    private static List<String> writtenDown(JChannel channel, String name) throws Exception {
        JDBC_PING2 members = channel.getProtocolStack().findProtocol(JDBC_PING2.class);
        return members.dump(CLUSTER)
                .lines()
                .filter(line -> !line.contains(name))
                .toList();
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
