package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.runtime.cluster.Cluster;
import ai.sentryagent.idp.runtime.cluster.ClusterConfig;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.ProcessConfig;
import ai.sentryagent.idp.runtime.postgres.JdbcSchema;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.healthchecks.Status;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What comes before a process's Vert.x, because that can only be made with the settings and inside the cluster: a small
 * Vert.x of its own, which reads the settings, waits for what is not there yet, and tells operators how it goes from the
 * first moment to the last.
 */
final class Lobby {
    /** So often within the time for which an event loop may be busy: what is a little longer is seen. */
    private static final int LOOKS_FOR_BLOCKED = 5;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final SecureRandom random = new SecureRandom();
    private final HealthChecks readiness = HealthChecks.create(vertx);
    private final AtomicBoolean complete = new AtomicBoolean();
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Lobby() {
        readiness.register("process", check -> check.complete(complete.get() ? Status.OK() : Status.KO()));
    }

    Vertx vertx() {
        return vertx;
    }

    /** Says from now on whether the process has everything and is not about to leave. */
    void complete(boolean isComplete) {
        complete.set(isComplete);
    }

    Future<Void> open(ProcessConfig config) {
        Metrics.addRegistry(metrics);
        return vertx.deployVerticle(new ManagementServer(readiness, metrics, config))
                .mapEmpty();
    }

    /** Joins the others where there is a cluster, once the database that tells where they are is there; else empty. */
    Future<Optional<Cluster>> join(Optional<ClusterConfig> config) {
        return config.isEmpty()
                ? Future.succeededFuture(Optional.empty())
                : JdbcSchema.open(vertx, random, config.get().database(), "cluster")
                        .compose(members -> members.inTurn(
                                        vertx, () -> Optional.of(Cluster.join(config.get(), members, name())))
                                .recover(failure ->
                                        Future.failedFuture(explained("CLUSTER_HOST and CLUSTER_PORT", failure))));
    }

    /** What lies under it: the library's own message names neither a setting nor a reason. */
    private static Throwable explained(String settings, Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        ConfigurationException explained = new ConfigurationException(List.of(settings + " do not work: " + root));
        explained.initCause(failure);
        return explained;
    }

    private String name() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    Future<Void> leave(Optional<Cluster> cluster) {
        return vertx.executeBlocking(() -> {
            cluster.ifPresent(Cluster::leave);
            return null;
        });
    }

    Future<ServiceRuntime> runtime(ProcessConfig config, Optional<Cluster> cluster) {
        VertxOptions options = new VertxOptions()
                .setMaxEventLoopExecuteTimeUnit(TimeUnit.MILLISECONDS)
                .setMaxEventLoopExecuteTime(config.blockedAfter().toMillis())
                .setBlockedThreadCheckIntervalUnit(TimeUnit.MILLISECONDS)
                .setBlockedThreadCheckInterval(Math.max(1, config.blockedAfter().toMillis() / LOOKS_FOR_BLOCKED));
        return ServiceRuntime.open(options, cluster, random, readiness, metrics)
                .recover(failure -> Future.failedFuture(
                        cluster.isEmpty() ? failure : explained("CLUSTER_HOST and BUS_PORT", failure)));
    }

    Future<Void> close() {
        Metrics.removeRegistry(metrics);
        return vertx.close();
    }
}
