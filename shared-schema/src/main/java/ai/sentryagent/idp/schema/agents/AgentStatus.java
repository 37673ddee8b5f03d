package ai.sentryagent.idp.schema.agents;

import ai.sentryagent.idp.schema.Worded;

/** Where an agent is in its life; decommissioned is terminal. */
public enum AgentStatus implements Worded {
    ACTIVE,
    SUSPENDED,
    DECOMMISSIONED
}
