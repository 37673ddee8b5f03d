package ai.sentryagent.idp.schema.credentials;

/**
 * The credential with its new secret.
 *
 * @param everywhere whether tokens that had to die are dead everywhere; always true where none had to
 */
public record RotatedCredential(CredentialWithSecret credential, boolean everywhere) {}
