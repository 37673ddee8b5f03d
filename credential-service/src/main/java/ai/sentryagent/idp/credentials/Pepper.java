package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Hmac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;

/**
 * A keyed fingerprint of secrets: HMAC-SHA-256 as {@code keyId:hex}. Good enough to be the only check, because the secrets
 * are 256 random bits and need no slow hash; the key id tells a changed key from a wrong secret.
 */
final class Pepper {
    private final Hmac key;
    private final String prefix;

    private Pepper(byte[] key) {
        this.key = new Hmac(key);
        this.prefix = this.key.hex("key id").substring(0, 16) + ":";
    }

    static Pepper of(String text) {
        return new Pepper(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A key that nobody else knows, and that is gone with this process. */
    static Pepper random(SecureRandom random) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        return new Pepper(key);
    }

    String fingerprint(String secret) {
        return prefix + key.hex(secret);
    }

    /** Whether the fingerprint was made with this key, and so can be compared at all. */
    boolean made(String fingerprint) {
        return fingerprint.startsWith(prefix);
    }

    /** Compares in constant time. */
    boolean matches(String fingerprint, String secret) {
        return areSame(fingerprint, fingerprint(secret));
    }

    /** Compares in constant time. */
    static boolean areSame(String fingerprint, String other) {
        return MessageDigest.isEqual(
                fingerprint.getBytes(StandardCharsets.US_ASCII), other.getBytes(StandardCharsets.US_ASCII));
    }
}
