package ai.sentryagent.idp.schema.credentials;

/**
 * The credential is revoked.
 *
 * @param everywhere whether the tokens issued through the credential are dead everywhere
 */
public record RevokedCredential(boolean everywhere) {}
