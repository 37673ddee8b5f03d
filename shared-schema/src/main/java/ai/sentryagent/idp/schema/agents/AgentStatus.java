package ai.sentryagent.idp.schema.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where an agent is in its life; decommissioned is terminal. */
public enum AgentStatus {
    @JsonProperty("active")
    ACTIVE,
    @JsonProperty("suspended")
    SUSPENDED,
    @JsonProperty("decommissioned")
    DECOMMISSIONED;

    /** The word of the HTTP contract, which is also what the database holds. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #word} wrote; anything else is an {@link IllegalArgumentException}. */
    public static AgentStatus ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
