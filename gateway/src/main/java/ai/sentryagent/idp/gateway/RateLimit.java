package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.Settings;
import java.time.Duration;

/**
 * How much is too much.
 *
 * @param requests of a client, or of an address that is no client's, in one window; 0 switches both limits off
 * @param failures of authentication from an address, and against a client, in one window
 */
record RateLimit(int requests, int failures, Duration window) {
    private static final int USUAL_REQUESTS = 100;
    private static final int USUAL_FAILURES = 20;

    static RateLimit read(Settings settings) {
        int requests = settings.integer("RATE_LIMIT_MAX_REQUESTS", USUAL_REQUESTS, 0, Integer.MAX_VALUE);
        return new RateLimit(
                requests,
                settings.integer("RATE_LIMIT_MAX_FAILURES", Math.min(USUAL_FAILURES, requests), 1, Integer.MAX_VALUE),
                settings.millis(
                        "RATE_LIMIT_WINDOW_MS", Duration.ofMinutes(1), Duration.ofMillis(100), Duration.ofDays(1)));
    }

    boolean isOff() {
        return requests == 0;
    }
}
