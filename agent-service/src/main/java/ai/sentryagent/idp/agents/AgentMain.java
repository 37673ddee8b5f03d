package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.Deployment;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.Settings;
import java.util.List;

/** agent-service in a process of its own. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) {
        ServiceProcess.memberMain("agent-service", settings -> List.of(deployment(settings)));
    }

    public static Deployment deployment(Settings settings) {
        AgentConfig config = AgentConfig.read(settings);
        return Deployment.one(runtime -> new AgentVerticle(config, runtime));
    }
}
