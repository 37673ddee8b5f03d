package ai.sentryagent.idp.schema.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What an agent does. */
public enum AgentType {
    @JsonProperty("screener")
    SCREENER,
    @JsonProperty("classifier")
    CLASSIFIER,
    @JsonProperty("orchestrator")
    ORCHESTRATOR,
    @JsonProperty("extractor")
    EXTRACTOR,
    @JsonProperty("summarizer")
    SUMMARIZER,
    @JsonProperty("router")
    ROUTER,
    @JsonProperty("monitor")
    MONITOR,
    @JsonProperty("custom")
    CUSTOM;

    /** The word of the HTTP contract, which is also what the database holds. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #word} wrote; anything else is an {@link IllegalArgumentException}. */
    public static AgentType ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
