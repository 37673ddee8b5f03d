package ai.sentryagent.idp.schema.agents;

import java.util.UUID;

/** A question about one agent. */
public record AgentId(UUID agentId) {}
