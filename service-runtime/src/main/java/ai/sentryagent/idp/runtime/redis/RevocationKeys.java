package ai.sentryagent.idp.runtime.redis;

import java.util.UUID;

/**
 * How revocation state stands in Redis. token-service writes these keys, gateways read them.
 *
 * <p>{@link #SENTINEL} holds the run id of the server that was filled from the database. A reader believes a Redis only
 * when that is the run it is connected to: a restarted, emptied or newly promoted server is distrusted until it has been
 * filled, however much it still remembers; and so is one at which no token-service has looked for ten seconds.
 */
public final class RevocationKeys {
    public static final String SENTINEL = "agentidp:revoked:filled";

    private RevocationKeys() {}

    /** Holds the lowest epoch of the agent whose tokens live. */
    public static String agent(UUID agentId) {
        return "agentidp:revoked:agent:" + agentId;
    }

    /** Holds the lowest epoch of the credential whose tokens live. */
    public static String credential(UUID credentialId) {
        return "agentidp:revoked:credential:" + credentialId;
    }

    /** Is there when the signing key was withdrawn, and every token with it. */
    public static String key(UUID keyId) {
        return "agentidp:revoked:key:" + keyId;
    }

    /** Is there when the token is dead. */
    public static String token(UUID tokenId) {
        return "agentidp:revoked:token:" + tokenId;
    }
}
