package ai.sentryagent.idp.schema.tokens;

import java.util.UUID;

/** What decides whether a token has been revoked: its own id, and under which epochs it was issued. */
public record Marks(UUID tokenId, UUID agentId, long agentEpoch, UUID credentialId, long credentialEpoch) {}
