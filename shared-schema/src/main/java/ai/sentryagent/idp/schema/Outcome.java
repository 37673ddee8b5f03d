package ai.sentryagent.idp.schema;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How what was tried ended. */
public enum Outcome {
    @JsonProperty("success")
    SUCCESS,
    @JsonProperty("failure")
    FAILURE
}
