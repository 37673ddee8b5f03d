package ai.sentryagent.idp.schema.credentials;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A {@link Credential} and its secret: {@code sk_live_} and 64 hex digits. Only generate and rotate answer with it. */
public record CredentialWithSecret(
        UUID credentialId,
        UUID clientId,
        String clientSecret,
        CredentialStatus status,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    @Override
    public String toString() {
        return "CredentialWithSecret[credentialId=" + credentialId + ", clientSecret=(hidden)]";
    }
}
