package ai.sentryagent.idp.schema.agents;

import ai.sentryagent.idp.schema.Worded;

/** What an agent does. */
public enum AgentType implements Worded {
    SCREENER,
    CLASSIFIER,
    ORCHESTRATOR,
    EXTRACTOR,
    SUMMARIZER,
    ROUTER,
    MONITOR,
    CUSTOM
}
