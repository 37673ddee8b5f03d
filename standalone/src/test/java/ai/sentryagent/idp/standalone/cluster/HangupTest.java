package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.FreePort;
import ai.sentryagent.idp.standalone.dev.EmbeddedPostgresServer;
import ai.sentryagent.idp.standalone.dev.Member;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever has files read again may not know that a process is still on its way. */
@Timeout(180)
final class HangupTest {
    @Test
    void aProcessThatIsToldToReadAgainWhileItStartsGoesOnWithItsStart() throws IOException {
        EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
        postgres.close();
        try (RunningCluster cluster =
                new RunningCluster(Path.of("target", "hangup"), postgres.url(), FreePort.next())) {
            Member starting = cluster.start("audit-service", "starting");
            cluster.untilSaid("starting", "Waiting for Postgres");
            TestServers.hangUp(starting);
            TestServers.restart(postgres);
            cluster.awaitReady();
        }
    }
}
