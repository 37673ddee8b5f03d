package ai.sentryagent.idp.schema.tokens;

import java.util.List;
import java.util.Map;

/** A JWK set, RFC 7517 §5: every public key that may still verify a live token. */
public record Jwks(List<Map<String, Object>> keys) {

    /** The empty question that asks for it. */
    public record Question() {}
}
