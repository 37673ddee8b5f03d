package ai.sentryagent.idp.schema.credentials;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A credential as the HTTP contract shows it, never with its secret.
 *
 * @param clientId the agent it belongs to
 * @param lastUsedAt with a resolution of one minute
 */
public record Credential(
        UUID credentialId,
        UUID clientId,
        CredentialStatus status,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    /** The answer that shows the secret, once. */
    public CredentialWithSecret with(String clientSecret) {
        return new CredentialWithSecret(
                credentialId, clientId, clientSecret, status, createdAt, expiresAt, revokedAt, lastUsedAt);
    }
}
