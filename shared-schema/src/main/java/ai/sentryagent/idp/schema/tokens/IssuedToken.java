package ai.sentryagent.idp.schema.tokens;

import com.fasterxml.jackson.annotation.JsonProperty;

/** RFC 6749 §5.1. {@code expiresIn} in seconds. */
public record IssuedToken(
        @JsonProperty("access_token") String accessToken,
        @JsonProperty("token_type") String tokenType,
        @JsonProperty("expires_in") long expiresIn,
        @JsonProperty("scope") String scope) {

    @Override
    public String toString() {
        return "IssuedToken[accessToken=(hidden), scope=" + scope + "]";
    }
}
