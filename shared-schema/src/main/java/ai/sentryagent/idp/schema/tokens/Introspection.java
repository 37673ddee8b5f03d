package ai.sentryagent.idp.schema.tokens;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** RFC 7662 §2.2. When {@code active} is false nothing else is there. Times in seconds since the epoch. */
public record Introspection(
        @JsonProperty("active") boolean active,
        @JsonProperty("scope") @Nullable String scope,
        @JsonProperty("client_id") @Nullable UUID clientId,
        @JsonProperty("sub") @Nullable UUID subject,
        @JsonProperty("iss") @Nullable String issuer,
        @JsonProperty("aud") @Nullable String audience,
        @JsonProperty("token_type") @Nullable String tokenType,
        @JsonProperty("exp") @Nullable Long expiresAt,
        @JsonProperty("iat") @Nullable Long issuedAt,
        @JsonProperty("jti") @Nullable UUID tokenId,
        @JsonProperty("cid") @Nullable UUID credentialId,
        @JsonProperty("agent_type") @Nullable String agentType,
        @JsonProperty("deployment_env") @Nullable String deploymentEnv) {

    public static final Introspection INACTIVE =
            new Introspection(false, null, null, null, null, null, null, null, null, null, null, null, null);
}
