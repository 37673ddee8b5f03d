package ai.sentryagent.idp.schema.agents;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where an agent runs. */
public enum DeploymentEnv {
    @JsonProperty("development")
    DEVELOPMENT,
    @JsonProperty("staging")
    STAGING,
    @JsonProperty("production")
    PRODUCTION;

    /** The word of the HTTP contract, which is also what the database holds. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #word} wrote; anything else is an {@link IllegalArgumentException}. */
    public static DeploymentEnv ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
