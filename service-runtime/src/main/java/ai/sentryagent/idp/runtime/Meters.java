package ai.sentryagent.idp.runtime;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** The meters whose names, labels and buckets are part of the contract, and that every service shares. */
public final class Meters {
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofMillis(1_000),
        Duration.ofMillis(2_500)
    };

    private Meters() {}

    /** {@code agentidp_db_query_duration_seconds{operation}}. */
    public static Timer dbQuery(String operation) {
        return timer("agentidp_db_query_duration").tag("operation", operation).register(Metrics.globalRegistry);
    }

    /** {@code agentidp_redis_command_duration_seconds{command}}. */
    public static Timer redisCommand(String command) {
        return timer("agentidp_redis_command_duration").tag("command", command).register(Metrics.globalRegistry);
    }

    /**
     * {@code agentidp_revocation_propagation_seconds}: from the change, which is the time of its fact, until no check accepts
     * the token any more. Where another process made the change, it is as true as their clocks agree.
     */
    public static Timer revocationPropagation() {
        return timer("agentidp_revocation_propagation").register(Metrics.globalRegistry);
    }

    /** A timer in seconds with the contract's buckets, 5 ms to 2.5 s. */
    public static Timer.Builder timer(String name) {
        return Timer.builder(name).serviceLevelObjectives(BUCKETS);
    }
}
