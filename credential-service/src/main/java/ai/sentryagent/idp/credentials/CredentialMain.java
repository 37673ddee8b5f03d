package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Deployment;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.Settings;
import java.util.List;

/** credential-service in a process of its own. */
public final class CredentialMain {
    private CredentialMain() {}

    public static void main(String[] arguments) {
        ServiceProcess.memberMain("credential-service", settings -> List.of(deployment(settings)));
    }

    public static Deployment deployment(Settings settings) {
        CredentialConfig config = CredentialConfig.read(settings);
        return Deployment.one(runtime -> new CredentialVerticle(config, runtime));
    }
}
