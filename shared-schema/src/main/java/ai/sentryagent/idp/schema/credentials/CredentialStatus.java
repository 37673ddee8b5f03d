package ai.sentryagent.idp.schema.credentials;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Whether a secret is still accepted; expired is read off the clock, not stored. */
public enum CredentialStatus {
    @JsonProperty("active")
    ACTIVE,
    @JsonProperty("revoked")
    REVOKED,
    @JsonProperty("expired")
    EXPIRED;

    /** The word of the HTTP contract, which is also what the database holds. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What {@link #word} wrote; anything else is an {@link IllegalArgumentException}. */
    public static CredentialStatus ofWord(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT));
    }
}
