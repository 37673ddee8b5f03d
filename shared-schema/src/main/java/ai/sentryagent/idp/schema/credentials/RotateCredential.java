package ai.sentryagent.idp.schema.credentials;

import java.util.UUID;

/**
 * A new secret for a credential.
 *
 * @param overlapSeconds how long the old secret is accepted beside the new one, 0 to 86400
 * @param revokeTokens whether the tokens issued through this credential die
 */
public record RotateCredential(UUID agentId, UUID credentialId, int overlapSeconds, boolean revokeTokens) {}
