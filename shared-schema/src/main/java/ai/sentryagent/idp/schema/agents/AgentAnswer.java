package ai.sentryagent.idp.schema.agents;

/**
 * An agent after a question about it or a change to it.
 *
 * @param revision rises with every change; the ETag
 * @param everywhere whether every service that acts on this agent knows of the change; false when one did not say so in time
 */
public record AgentAnswer(Agent agent, long revision, boolean everywhere) {}
