package ai.sentryagent.idp.runtime;

import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.NoArgGenerator;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.healthchecks.HealthChecks;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a process lends to the verticles in it. Time and randomness come from here and from nowhere else.
 *
 * @param clock ticks in milliseconds
 * @param ids makes UUIDv7 identifiers (RFC 9562 §5.7), in order, safe from any thread
 * @param random for secrets
 * @param readiness what must hold before traffic may come; each verticle registers its own checks
 * @param metrics every meter of this process
 */
public record ServiceRuntime(
        Vertx vertx,
        Clock clock,
        Supplier<UUID> ids,
        SecureRandom random,
        HealthChecks readiness,
        PrometheusMeterRegistry metrics) {

    static ServiceRuntime on(Vertx vertx, PrometheusMeterRegistry metrics) {
        SecureRandom random = new SecureRandom();
        NoArgGenerator ids = Generators.timeBasedEpochGenerator(random);
        return new ServiceRuntime(
                vertx, Clock.tickMillis(ZoneOffset.UTC), ids::generate, random, HealthChecks.create(vertx), metrics);
    }
}
