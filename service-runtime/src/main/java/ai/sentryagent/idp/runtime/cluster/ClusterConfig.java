package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import io.vertx.core.eventbus.EventBusOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How this process takes part in the cluster.
 *
 * @param here where it listens; port 0 takes a free one
 * @param seen where the others find that; port 0 is the one it listens at
 * @param identity null only while a mistake in it waits to be reported
 * @param database where members write down who they are, so that newcomers find them
 */
public record ClusterConfig(Place here, Place seen, @Nullable ClusterIdentity identity, DatabaseConfig database) {
    /** The last port after which there is one more, for {@link Place#watchPort}. */
    private static final int LAST_PORT = 65_534;

    private static final Duration LOOK_AT_PEERS_EVERY = Duration.ofSeconds(2);

    /** What waits for a connection is lost when it fails, and an operation waits for its timeout. */
    private static final Duration CONNECTED_WITHIN = Duration.ofSeconds(2);

    /**
     * A member's two doors.
     *
     * @param membershipPort for JGroups, which takes the next port besides
     * @param busPort for the event bus
     */
    public record Place(String host, int membershipPort, int busPort) {
        /** Where members hold a connection to each other whose end tells that one has died. */
        int watchPort() {
            return membershipPort == 0 ? 0 : membershipPort + 1;
        }
    }

    public static ClusterConfig read(Settings settings) {
        String host = settings.text("CLUSTER_HOST").orElseGet(OwnAddress::find);
        return new ClusterConfig(
                new Place(
                        host,
                        settings.integer("CLUSTER_PORT", 7_800, 0, LAST_PORT),
                        settings.integer("BUS_PORT", 15_701, 0, LAST_PORT)),
                new Place(
                        settings.text("CLUSTER_PUBLIC_HOST", host),
                        settings.integer("CLUSTER_PUBLIC_PORT", 0, 0, LAST_PORT),
                        settings.integer("BUS_PUBLIC_PORT", 0, 0, LAST_PORT)),
                ClusterIdentity.read(settings),
                DatabaseConfig.read(settings));
    }

    /** The event bus among members. */
    public EventBusOptions busOptions() {
        EventBusOptions options = new EventBusOptions()
                .setHost(here.host())
                .setPort(here.busPort())
                .setClusterPublicHost(seen.host())
                .setClusterPublicPort(seen.busPort())
                .setConnectTimeout((int) CONNECTED_WITHIN.toMillis())
                .setClusterPingInterval(LOOK_AT_PEERS_EVERY.toMillis())
                .setClusterPingReplyInterval(LOOK_AT_PEERS_EVERY.toMillis());
        return Objects.requireNonNull(identity).secure(options);
    }
}
