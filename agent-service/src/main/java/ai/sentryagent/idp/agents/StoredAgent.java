package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.agents.AgentState.Change;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.RegisterAgent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A row of the agents table.
 *
 * @param revision 1 at registration, one more with every change
 * @param epoch 1 at registration, one more with every suspension and at decommission
 */
record StoredAgent(Agent agent, long revision, long epoch) {
    /** An agent that has just come to be. */
    static StoredAgent registered(UUID agentId, RegisterAgent request, Instant now) {
        Agent agent = new Agent(
                agentId,
                request.email(),
                request.agentType(),
                request.version(),
                request.capabilities(),
                request.owner(),
                request.deploymentEnv(),
                request.scopes() == null ? List.of() : request.scopes(),
                AgentStatus.ACTIVE,
                now,
                now);
        return new StoredAgent(agent, 1, 1);
    }

    AgentAnswer answer(boolean everywhere) {
        return new AgentAnswer(agent, revision, everywhere);
    }

    /** As it is told to those who keep a copy. */
    AgentState state(Map<String, Change> changes) {
        return new AgentState(
                agent.agentId(),
                revision,
                epoch,
                agent.status(),
                agent.agentType(),
                agent.deploymentEnv(),
                agent.capabilities(),
                agent.scopes(),
                changes);
    }
}
