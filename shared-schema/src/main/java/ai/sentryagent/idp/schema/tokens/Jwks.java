package ai.sentryagent.idp.schema.tokens;

import java.util.List;
import java.util.Map;

/**
 * A JWK set, RFC 7517 §5: every public key that may still verify a live token, and the one that signs next.
 *
 * @param maxAgeSeconds how long it may be cached; a new key is in it for that long before it signs
 */
public record Jwks(List<Map<String, Object>> keys, long maxAgeSeconds) {

    /** The empty question that asks for it. */
    public record Question() {}
}
