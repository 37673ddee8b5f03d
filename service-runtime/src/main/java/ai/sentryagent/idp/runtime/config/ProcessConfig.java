package ai.sentryagent.idp.runtime.config;

/**
 * Where a process listens.
 *
 * @param host the address that the process listens at
 * @param managementPort health and metrics, never public; 0 takes a free one
 */
public record ProcessConfig(String host, int managementPort) {
    public static ProcessConfig read(Settings settings) {
        return new ProcessConfig(
                settings.text("HOST", "0.0.0.0"), settings.integer("MANAGEMENT_PORT", 9_000, 0, 65_535));
    }
}
