package ai.sentryagent.idp.runtime.config;

import java.time.Duration;

/**
 * Where a process listens, and how it goes.
 *
 * @param managementHost the address at which operators find health and metrics, never public
 * @param managementPort its port; 0 takes a free one
 * @param leaveAfter how long a process that stops goes on answering, so that everyone who sends here has noticed
 * @param blockedAfter how long an event loop may be busy with one thing before the log says with what
 */
public record ProcessConfig(String managementHost, int managementPort, Duration leaveAfter, Duration blockedAfter) {
    /**
     * Reads them.
     *
     * @param clustered whether other processes send here at all
     */
    public static ProcessConfig read(Settings settings, boolean clustered) {
        return new ProcessConfig(
                settings.text("MANAGEMENT_HOST", settings.text("HOST", "0.0.0.0")),
                settings.integer("MANAGEMENT_PORT", 9_000, 0, 65_535),
                settings.seconds(
                        "LEAVE_AFTER_SECONDS",
                        clustered ? Duration.ofSeconds(1) : Duration.ZERO,
                        Duration.ZERO,
                        Duration.ofSeconds(60)),
                settings.millis(
                        "BLOCKED_AFTER_MS", Duration.ofSeconds(1), Duration.ofMillis(10), Duration.ofSeconds(60)));
    }
}
