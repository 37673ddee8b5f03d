package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.schema.tokens.KeyStatus;
import ai.sentryagent.idp.schema.tokens.RingKey;
import ai.sentryagent.idp.schema.tokens.SigningAlgorithm;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code signing_keys}.
 *
 * @param jwk the public half
 * @param sealed the private half, where it is kept
 * @param status by the database's clock, so that all instances agree
 * @param isHeld whether some instance has renewed it of late, by the same clock, and so has its private half
 */
record StoredKey(
        String kid,
        SigningAlgorithm algorithm,
        KeyStatus status,
        Map<String, Object> jwk,
        @Nullable Buffer sealed,
        boolean isHeld,
        Times times) {

    /** As in {@link RingKey}. */
    record Times(Instant createdAt, Instant signsFrom, Instant verifiableUntil) {}

    RingKey shown() {
        return new RingKey(kid, algorithm, status, times.createdAt(), times.signsFrom(), times.verifiableUntil());
    }
}
