package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import org.jspecify.annotations.Nullable;

/**
 * How this process takes part in the cluster.
 *
 * @param host the address under which the others reach it
 * @param membershipPort where JGroups listens; 0 takes a free one
 * @param busPort where the event bus listens; 0 takes a free one
 * @param identity null only while a mistake in it waits to be reported
 * @param database where members write down who they are, so that newcomers find them
 */
public record ClusterConfig(
        String host, int membershipPort, int busPort, @Nullable ClusterIdentity identity, DatabaseConfig database) {

    public static ClusterConfig read(Settings settings) {
        return new ClusterConfig(
                settings.text("CLUSTER_HOST").orElseGet(OwnAddress::find),
                settings.integer("CLUSTER_PORT", 7_800, 0, 65_535),
                settings.integer("BUS_PORT", 15_701, 0, 65_535),
                ClusterIdentity.read(settings),
                DatabaseConfig.read(settings));
    }
}
