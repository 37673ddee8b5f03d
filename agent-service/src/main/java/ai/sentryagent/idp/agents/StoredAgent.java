package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.agents.AgentState.Change;
import java.util.Map;

/**
 * A row of the agents table.
 *
 * @param revision 1 at registration, one more with every change
 * @param epoch 1 at registration, one more with every suspension and at decommission
 */
record StoredAgent(Agent agent, long revision, long epoch) {
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
