package ai.sentryagent.idp.schema.tokens;

import org.jspecify.annotations.Nullable;

/**
 * Makes the next signing key.
 *
 * @param algorithm absent means the one that is set
 * @param emergency whether it signs at once, and every other key is withdrawn
 */
public record RotateKey(@Nullable SigningAlgorithm algorithm, boolean emergency) {}
