package ai.sentryagent.idp.schema.agents;

import org.jspecify.annotations.Nullable;

/** Which agents; absent filters match all. {@code page} starts at 1, {@code limit} is 1 to 100. */
public record ListAgents(
        @Nullable String owner,
        @Nullable AgentType agentType,
        @Nullable AgentStatus status,
        @Nullable DeploymentEnv deploymentEnv,
        @Nullable String email,
        int page,
        int limit) {}
