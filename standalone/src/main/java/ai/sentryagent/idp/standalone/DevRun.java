package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.standalone.dev.DevServers;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;

/**
 * What runs in development.
 *
 * @param process everything, or the gateway where there is a cluster
 */
record DevRun(ServiceProcess process, Optional<DevCluster> cluster, DevServers servers) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    void stop() throws IOException {
        process.stop()
                .timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .otherwiseEmpty()
                .await();
        try (servers) {
            if (cluster.isPresent()) {
                cluster.get().close();
            }
        }
        LogManager.shutdown();
    }
}
