package ai.sentryagent.idp.schema.agents;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A new agent; {@code scopes} absent means none. */
public record RegisterAgent(
        String email,
        AgentType agentType,
        String version,
        List<String> capabilities,
        String owner,
        DeploymentEnv deploymentEnv,
        @Nullable List<String> scopes) {}
