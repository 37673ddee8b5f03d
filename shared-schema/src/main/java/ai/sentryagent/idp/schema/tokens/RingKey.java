package ai.sentryagent.idp.schema.tokens;

import java.time.Instant;

/**
 * A signing key as an operator sees it; never the private half.
 *
 * @param kid its RFC 7638 thumbprint
 * @param signsFrom when it begins to sign
 * @param verifiableUntil until when it stays in the JWKS, unless somebody says again that it signs: later than its last token expires
 */
public record RingKey(
        String kid,
        SigningAlgorithm algorithm,
        KeyStatus status,
        Instant createdAt,
        Instant signsFrom,
        Instant verifiableUntil) {}
