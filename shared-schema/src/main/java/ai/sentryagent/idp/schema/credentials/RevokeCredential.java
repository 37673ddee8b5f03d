package ai.sentryagent.idp.schema.credentials;

import java.util.UUID;

/** The end of one credential and of the tokens issued through it. */
public record RevokeCredential(UUID agentId, UUID credentialId) {}
