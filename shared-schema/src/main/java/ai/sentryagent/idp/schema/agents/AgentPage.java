package ai.sentryagent.idp.schema.agents;

import java.util.List;

/** One page, newest first. {@code total} counts all that match, {@code page} starts at 1. */
public record AgentPage(List<Agent> data, long total, int page, int limit) {}
