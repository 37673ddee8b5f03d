package ai.sentryagent.idp.runtime;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.Metrics;
import org.jspecify.annotations.Nullable;

/**
 * Whether something that this process leans on is away, as one user of it sees it: {@code
 * agentidp_outage_seconds{dependency}} counts whose outage lasts at the moment, and for how long. Belongs to one event loop.
 */
public final class Outage {
    private final LongTaskTimer timer;
    private LongTaskTimer.@Nullable Sample lasting;

    private Outage(LongTaskTimer timer) {
        this.timer = timer;
    }

    /** Of {@code postgres}, {@code redis} or {@code vault}. */
    public static Outage of(String dependency) {
        return new Outage(LongTaskTimer.builder("agentidp_outage")
                .tag("dependency", dependency)
                .register(Metrics.globalRegistry));
    }

    /** It is away. True when that is news. */
    public boolean begin() {
        if (lasting != null) {
            return false;
        }
        lasting = timer.start();
        return true;
    }

    /** Whether it is away at the moment. */
    public boolean isLasting() {
        return lasting != null;
    }

    /** It is there. */
    public void end() {
        if (lasting != null) {
            lasting.stop();
            lasting = null;
        }
    }
}
