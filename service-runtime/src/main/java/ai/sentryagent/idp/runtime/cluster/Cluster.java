package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.postgres.JdbcSchema;
import io.vertx.core.Future;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.spi.cluster.ClusterManager;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import org.infinispan.configuration.cache.CacheMode;
import org.infinispan.configuration.cache.Configuration;
import org.infinispan.configuration.cache.ConfigurationBuilder;
import org.infinispan.configuration.global.GlobalConfigurationBuilder;
import org.infinispan.configuration.global.ShutdownHookBehavior;
import org.infinispan.configuration.parsing.ConfigurationBuilderHolder;
import org.infinispan.conflict.MergePolicy;
import org.infinispan.counter.configuration.CounterManagerConfigurationBuilder;
import org.infinispan.manager.DefaultCacheManager;
import org.infinispan.remoting.transport.jgroups.FileJGroupsChannelConfigurator;
import org.infinispan.remoting.transport.jgroups.JGroupsTransport;
import org.jgroups.util.SocketFactory;
import org.jgroups.util.TLS;
import org.jgroups.util.TLSClientAuth;

/** This process among the others. Membership and event bus both ask everyone for a certificate, in TLS 1.3. */
public final class Cluster {
    private static final String STACK = "/jgroups.xml";
    private static final String TLS_1_3 = "TLSv1.3";
    private static final Duration LOOK_AT_PEERS_EVERY = Duration.ofSeconds(2);

    /** What waits for a connection is lost when it fails, and an operation waits for its timeout. */
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(2);

    private static final int COUNTER_COPIES = 16;

    private final ClusterConfig config;
    private final ClusterIdentity identity;
    private final DefaultCacheManager caches;
    private final ClusterMembership membership;

    private Cluster(ClusterConfig config, ClusterIdentity identity, DefaultCacheManager caches) {
        this.config = config;
        this.identity = identity;
        this.caches = caches;
        this.membership = new ClusterMembership(caches);
    }

    /**
     * Finds the others and joins them, or is the first. Blocks until then. Two that come to an empty cluster at once would
     * each be the first, and merge seconds later: so one at a time.
     *
     * @param members where each member has written down who and where it is
     * @param name this member's id on the bus, never the same twice
     */
    public static Cluster join(ClusterConfig config, JdbcSchema members, String name)
            throws GeneralSecurityException, IOException {
        ClusterIdentity identity = Objects.requireNonNull(config.identity());
        ConfigurationBuilderHolder holder = new ConfigurationBuilderHolder();
        GlobalConfigurationBuilder global = holder.getGlobalConfigurationBuilder();
        global.transport()
                .defaultTransport()
                .clusterName("agentidp")
                .nodeName(name)
                .addProperty(JGroupsTransport.CHANNEL_CONFIGURATOR, stack(config, members))
                .addProperty(JGroupsTransport.SOCKET_FACTORY, sockets(identity));
        global.shutdown().hookBehavior(ShutdownHookBehavior.DONT_REGISTER);
        global.metrics().gauges(false); // hundreds, of which none is asked for
        // Vert.x has them made, nobody counts, and the loss of the owners of nothing would be logged as an error
        global.addModule(CounterManagerConfigurationBuilder.class).numOwner(COUNTER_COPIES);
        for (String cache : Set.of("__vertx.subs", "__vertx.nodeInfo")) {
            holder.newConfigurationBuilder(cache).read(replicated());
        }
        return new Cluster(config, identity, new DefaultCacheManager(holder, true));
    }

    public ClusterManager manager() {
        return membership;
    }

    /** The event bus among members. */
    public EventBusOptions busOptions() {
        return new EventBusOptions()
                .setHost(config.here().host())
                .setPort(config.here().busPort())
                .setClusterPublicHost(config.seen().host())
                .setClusterPublicPort(config.seen().busPort())
                .setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of(TLS_1_3))
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(identity.keyCertOptions())
                .setTrustOptions(identity.trustOptions())
                .setConnectTimeout((int) CONNECTED_WITHIN.toMillis())
                .setClusterPingInterval(LOOK_AT_PEERS_EVERY.toMillis())
                .setClusterPingReplyInterval(LOOK_AT_PEERS_EVERY.toMillis());
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
        caches.stop();
    }

    /** After a split its parts differ, and without a policy each keeps its own, for ever. */
    private static Configuration replicated() {
        return new ConfigurationBuilder()
                .clustering()
                .cacheMode(CacheMode.REPL_SYNC)
                .partitionHandling()
                .mergePolicy(MergePolicy.PREFERRED_NON_NULL)
                .build();
    }

    private static FileJGroupsChannelConfigurator stack(ClusterConfig config, JdbcSchema members) throws IOException {
        Properties values = new Properties();
        values.setProperty("host", config.here().host());
        values.setProperty("port", String.valueOf(config.here().membershipPort()));
        values.setProperty("fd.port", String.valueOf(config.here().watchPort()));
        values.setProperty("seen.host", config.seen().host());
        values.setProperty("seen.port", String.valueOf(config.seen().membershipPort()));
        values.setProperty("seen.fd.port", String.valueOf(config.seen().watchPort()));
        values.setProperty("members.url", members.urlWithTimeout());
        values.setProperty("members.user", members.user());
        values.setProperty("members.password", members.password().value());
        try (InputStream xml = Objects.requireNonNull(Cluster.class.getResourceAsStream(STACK))) {
            return new FileJGroupsChannelConfigurator("agentidp", STACK, xml, values);
        }
    }

    private static SocketFactory sockets(ClusterIdentity identity) throws GeneralSecurityException, IOException {
        return new TLS()
                .enabled(true)
                .setProtocols(new String[] {TLS_1_3})
                .setClientAuth(TLSClientAuth.NEED)
                .createSocketFactory(identity.sslContext());
    }
}
