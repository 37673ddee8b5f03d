package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import ai.sentryagent.idp.runtime.token.KeySet;
import ai.sentryagent.idp.schema.tokens.SigningAlgorithm;
import io.vertx.core.buffer.Buffer;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How tokens are signed.
 *
 * @param key the pair of {@code JWT_PRIVATE_KEY}; null only while a mistake in it waits to be reported
 * @param algorithm of that pair, and of those that are made unless another is asked for
 * @param seal for the private keys in the database; without it none is kept there and none can be made
 * @param maxAge how long the JWKS may be cached
 * @param tokenTimeToLive how long a token can be verified for after a key has signed it
 */
record SigningRules(
        @Nullable SigningKey key,
        SigningAlgorithm algorithm,
        Optional<KeySeal> seal,
        Duration maxAge,
        Duration tokenTimeToLive) {
    /** For a copy of the JWKS that was made just before a key was added to it, and a verifier of ours that is late. */
    private static final Duration LATE_COPIES = KeySet.LOAD_EVERY;

    /** Covers a renewal that fails now and then. */
    private static final Duration LATE_RENEWALS = Duration.ofMinutes(5);

    static SigningRules read(Settings settings) {
        SigningAlgorithm algorithm =
                settings.optional("JWT_ALGORITHM", SigningRules::algorithm).orElse(SigningAlgorithm.RS256);
        return new SigningRules(
                key(settings, algorithm),
                algorithm,
                settings.optional("KEY_ENCRYPTION_KEY", KeySeal::of),
                settings.seconds(
                        "JWKS_MAX_AGE_SECONDS", Duration.ofMinutes(5), Duration.ofSeconds(1), Duration.ofDays(1)),
                TokenConfig.read(settings).timeToLive());
    }

    /** How long a key is published before it signs: whoever caches the keys has it by then. */
    Duration publishedFor() {
        return maxAge.plus(LATE_COPIES);
    }

    /** How long a key stays in the ring after somebody has said that it signs. */
    Duration verifiableFor() {
        return tokenTimeToLive.plus(LATE_RENEWALS);
    }

    /** A key as it is put into the ring, with its private half where that may be kept. */
    NewKey newKey(SigningKey pair, Duration signsAfter, SecureRandom random) {
        Buffer sealed = seal.map(by -> Buffer.buffer(by.seal(random, pair.kid(), pair.text())))
                .orElse(null);
        return new NewKey(pair, sealed, signsAfter, verifiableFor());
    }

    private static SigningAlgorithm algorithm(String name) {
        try {
            return SigningAlgorithm.valueOf(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be one of " + Arrays.toString(SigningAlgorithm.values()), e);
        }
    }

    private static @Nullable SigningKey key(Settings settings, SigningAlgorithm algorithm) {
        PrivateKey privateKey = settings.required("JWT_PRIVATE_KEY", pem -> Pem.privateKey(pem, algorithm));
        PublicKey publicKey = settings.required("JWT_PUBLIC_KEY", pem -> Pem.publicKey(pem, algorithm));
        if (privateKey == null || publicKey == null) {
            return null;
        }
        if (!Pem.fit(privateKey, publicKey)) {
            settings.problem("JWT_PUBLIC_KEY", "does not belong to JWT_PRIVATE_KEY");
            return null;
        }
        return SigningKey.of(privateKey, publicKey, algorithm);
    }
}
