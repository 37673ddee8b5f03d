package ai.sentryagent.idp.schema.tokens;

import java.util.UUID;

/** Which token, by its id, and what it was good for. */
public record TokenFact(UUID jti, UUID credentialId, String scope) {}
