package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.agents.AgentMain;
import ai.sentryagent.idp.audit.AuditMain;
import ai.sentryagent.idp.credentials.CredentialMain;
import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.runtime.Deployment;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.tokens.TokenMain;
import java.util.List;
import java.util.stream.Stream;

/** Everything in one process, on a local bus. */
public final class StandaloneMain {
    private StandaloneMain() {}

    public static void main(String[] arguments) {
        ServiceProcess.main("standalone", StandaloneMain::plan);
    }

    /** The door to the world opens last. */
    static List<Deployment> plan(Settings settings) {
        return Stream.concat(services(settings).stream(), Stream.of(GatewayMain.deployment(settings)))
                .toList();
    }

    /** Whoever is told stands before whoever tells. */
    static List<Deployment> services(Settings settings) {
        return List.of(
                AuditMain.deployment(settings),
                TokenMain.deployment(settings),
                CredentialMain.deployment(settings),
                AgentMain.deployment(settings));
    }
}
