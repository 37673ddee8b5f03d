package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.runtime.cluster.Cluster;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * What a process lends to the verticles in it. Time and randomness come from here and from nowhere else.
 *
 * @param clock ticks in milliseconds
 * @param ids makes UUIDv7 identifiers (RFC 9562 §5.7), in order, safe from any thread
 * @param random for secrets
 * @param readiness what must hold before traffic may come; each verticle registers its own checks
 * @param metrics every meter of this process
 * @param leaving whether this process has begun to stop
 * @param rereads what is to be done when an operator says that files have changed (SIGHUP); each may block
 */
public record ServiceRuntime(
        Vertx vertx,
        Clock clock,
        Supplier<UUID> ids,
        SecureRandom random,
        HealthChecks readiness,
        PrometheusMeterRegistry metrics,
        AtomicBoolean leaving,
        Set<Runnable> rereads) {

    static Future<ServiceRuntime> open(
            VertxOptions options,
            Optional<Cluster> cluster,
            SecureRandom random,
            HealthChecks readiness,
            PrometheusMeterRegistry metrics) {
        options.setPreferNativeTransport(true)
                // Half of the library's default: to hand requests on costs more than a second loop on a core brings.
                .setEventLoopPoolSize(Runtime.getRuntime().availableProcessors())
                .setMetricsOptions(metricsOptions());
        cluster.ifPresent(member -> options.setEventBusOptions(member.busOptions()));
        VertxBuilder builder = Vertx.builder().with(options).withMetrics(new MicrometerMetricsFactory(metrics));
        NoArgGenerator ids = Generators.timeBasedEpochGenerator(random);
        return cluster.map(
                        member -> builder.withClusterManager(member.manager()).buildClustered())
                .orElseGet(() -> Future.succeededFuture(builder.build()))
                .map(vertx -> new ServiceRuntime(
                        vertx,
                        Clock.tickMillis(ZoneOffset.UTC),
                        ids::generate,
                        random,
                        readiness,
                        metrics,
                        new AtomicBoolean(),
                        ConcurrentHashMap.newKeySet()));
    }

    /** Vert.x's own HTTP meters would repeat ours with labels made of paths; pools, bus and JVM are worth having. */
    private static MicrometerMetricsOptions metricsOptions() {
        return new MicrometerMetricsOptions()
                .setEnabled(true)
                .setJvmMetricsEnabled(true)
                .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME))
                .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.NET_SERVER);
    }
}
