package ai.sentryagent.idp.runtime.token;

import ai.sentryagent.idp.schema.tokens.Marks;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The claims of an access token whose signature, issuer, audience and lifetime have been checked (RFC 9068 §2.2). */
public record AccessToken(
        UUID tokenId,
        UUID agentId,
        String issuer,
        String audience,
        Instant issuedAt,
        Instant expiresAt,
        String scope,
        UUID credentialId,
        long agentEpoch,
        long credentialEpoch,
        String agentType,
        String deploymentEnv,
        String kid) {

    public Set<String> scopes() {
        return Set.copyOf(List.of(scope.split(" ")));
    }

    /** What decides whether it has been revoked. */
    public Marks marks() {
        return new Marks(tokenId, agentId, agentEpoch, credentialId, credentialEpoch, kid);
    }
}
