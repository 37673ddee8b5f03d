package ai.sentryagent.idp.schema.agents;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * An agent as the HTTP contract shows it.
 *
 * @param agentId UUIDv7; the OAuth client_id; never changes
 * @param version the agent's own SemVer 2.0.0 version
 * @param capabilities 1 to 100 of {@code resource:action}
 * @param scopes the {@link ManagementScopes} this agent may ask for
 */
public record Agent(
        UUID agentId,
        String email,
        AgentType agentType,
        String version,
        List<String> capabilities,
        String owner,
        DeploymentEnv deploymentEnv,
        List<String> scopes,
        AgentStatus status,
        Instant createdAt,
        Instant updatedAt) {}
