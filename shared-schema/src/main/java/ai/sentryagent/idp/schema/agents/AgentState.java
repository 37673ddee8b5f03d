package ai.sentryagent.idp.schema.agents;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An agent as a change has left it, for those who keep a copy. Facts can overtake each other: a copy takes only a higher
 * revision than its own.
 *
 * @param epoch raised by suspend and decommission; a token that was issued under a lower epoch is dead
 * @param changes the fields that changed, by name; empty where the agent is new
 */
public record AgentState(
        UUID agentId,
        long revision,
        long epoch,
        AgentStatus status,
        AgentType agentType,
        DeploymentEnv deploymentEnv,
        List<String> capabilities,
        List<String> scopes,
        Map<String, Change> changes) {

    /** A field before and after. */
    public record Change(@Nullable JsonNode from, @Nullable JsonNode to) {}
}
