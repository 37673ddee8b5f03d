package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.Settings;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy as {@code POLICY_DIR} said when it was last read and could be. {@code agentidp_policy{version}} is 1 for the
 * version that holds.
 */
final class PolicyInForce implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyInForce.class);

    private final Path directory;
    private final MultiGauge gauge = MultiGauge.builder("agentidp_policy").register(Metrics.globalRegistry);
    private volatile Policy current;

    private PolicyInForce(Path directory, Policy first) {
        this.directory = directory;
        this.current = first;
        tell();
    }

    static PolicyInForce read(Settings settings) {
        Path directory = Path.of(settings.text("POLICY_DIR", "policies"));
        try {
            return new PolicyInForce(directory, load(directory));
        } catch (IOException | RuntimeException e) {
            settings.problem("POLICY_DIR", "does not hold a policy: " + e.getMessage());
            return new PolicyInForce(directory, ScopePolicy.NONE);
        }
    }

    private static Policy load(Path directory) throws IOException {
        PolicyFiles files = PolicyFiles.read(directory);
        return files.module().isPresent() ? WasmPolicy.of(files.module().get(), files) : ScopePolicy.of(files);
    }

    Access access(Target target) {
        return current.access(target);
    }

    String version() {
        return current.version();
    }

    /** Reads it again, for every request that is decided from then on. One that is no good leaves the old one in force. */
    @Override
    public void run() {
        try {
            current = load(directory);
            tell();
            LOG.atInfo().addKeyValue("version", current.version()).log("Policy read");
        } catch (IOException | RuntimeException e) {
            LOG.atError()
                    .addKeyValue("cause", e.getMessage())
                    .addKeyValue("version", current.version())
                    .log("The new policy is no good; the old one stays in force");
        }
    }

    private void tell() {
        gauge.register(List.of(MultiGauge.Row.of(Tags.of("version", current.version()), 1)), true);
    }
}
