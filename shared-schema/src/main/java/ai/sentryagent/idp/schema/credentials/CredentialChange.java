package ai.sentryagent.idp.schema.credentials;

import java.util.UUID;

/**
 * What happened to a credential.
 *
 * @param epoch a token that was issued through this credential under a lower epoch is dead
 * @param revokeTokens whether this change raised the epoch
 */
public record CredentialChange(UUID credentialId, long epoch, boolean revokeTokens) {}
