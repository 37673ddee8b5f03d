package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.schema.credentials.Credential;
import ai.sentryagent.idp.schema.credentials.CredentialStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A row of the credentials table.
 *
 * @param epoch 1 at first, one more when the tokens issued through it must die
 * @param previous the secret before the last rotation, accepted until {@code previousUntil}
 */
record StoredCredential(
        UUID credentialId,
        UUID clientId,
        StoredSecret secret,
        @Nullable StoredSecret previous,
        @Nullable Instant previousUntil,
        long epoch,
        Instant createdAt,
        @Nullable Instant expiresAt,
        @Nullable Instant revokedAt,
        @Nullable Instant lastUsedAt) {

    /** Expired is read off the clock: at {@code expiresAt} itself it is over. */
    CredentialStatus status(Instant now) {
        if (revokedAt != null) {
            return CredentialStatus.REVOKED;
        }
        return expiresAt == null || now.isBefore(expiresAt) ? CredentialStatus.ACTIVE : CredentialStatus.EXPIRED;
    }

    /**
     * The credentials of a decommissioned agent as they were until then: its end revoked what was left, all at one instant.
     * They still prove who asks, so that whoever holds a right secret is told what happened to the agent.
     *
     * @param endedAt empty when that was not kept yet: then the last revocation is taken for it
     */
    static List<StoredCredential> asBeforeTheEnd(List<StoredCredential> credentials, Optional<Instant> endedAt) {
        Optional<Instant> end = endedAt.or(() -> credentials.stream()
                .flatMap(credential -> Stream.ofNullable(credential.revokedAt()))
                .max(Comparator.naturalOrder()));
        return credentials.stream()
                .map(credential ->
                        Optional.ofNullable(credential.revokedAt()).equals(end) ? credential.notRevoked() : credential)
                .toList();
    }

    private StoredCredential notRevoked() {
        return new StoredCredential(
                credentialId, clientId, secret, previous, previousUntil, epoch, createdAt, expiresAt, null, lastUsedAt);
    }

    boolean isPreviousAccepted(Instant now) {
        return previousUntil != null && now.isBefore(previousUntil);
    }

    /** As the contract shows it. */
    Credential shown(Instant now) {
        return new Credential(credentialId, clientId, status(now), createdAt, expiresAt, revokedAt, lastUsedAt);
    }
}
