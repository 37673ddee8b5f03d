package ai.sentryagent.idp.schema.agents;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What shall change; what is absent stays as it is.
 *
 * @param ifRevision the revision that the caller has seen; null when the caller does not care
 */
public record UpdateAgent(
        UUID agentId,
        @Nullable Long ifRevision,
        @Nullable AgentType agentType,
        @Nullable String version,
        @Nullable List<String> capabilities,
        @Nullable String owner,
        @Nullable DeploymentEnv deploymentEnv,
        @Nullable List<String> scopes,
        @Nullable AgentStatus status) {}
