package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.Deployment;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.Settings;
import java.util.List;

/** token-service in a process of its own. */
public final class TokenMain {
    private TokenMain() {}

    public static void main(String[] arguments) {
        ServiceProcess.memberMain("token-service", settings -> List.of(deployment(settings)));
    }

    public static Deployment deployment(Settings settings) {
        TokenServiceConfig config = TokenServiceConfig.read(settings);
        return Deployment.one(runtime -> new TokenVerticle(config, runtime));
    }
}
