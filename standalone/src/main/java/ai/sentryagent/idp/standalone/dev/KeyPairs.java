package ai.sentryagent.idp.standalone.dev;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;

/** New key pairs of the kinds that the settings ask for. */
public final class KeyPairs {
    private static final int RSA_BITS = 2_048;
    private static final int P256_BITS = 256;

    private KeyPairs() {}

    /**
     * Signs tokens.
     *
     * @param algorithm as {@code JWT_ALGORITHM} names it
     */
    public static KeyPair forTokens(String algorithm) {
        return isElliptic(algorithm) ? onP256() : made("RSA", RSA_BITS);
    }

    /** Signs checkpoints of the audit log. */
    public static KeyPair forCheckpoints() {
        return made("Ed25519", 255);
    }

    static KeyPair onP256() {
        return made("EC", P256_BITS);
    }

    /** Whether the algorithm takes a P-256 key, and not one of RSA. */
    public static boolean isElliptic(String algorithm) {
        return algorithm.equals("ES256");
    }

    private static KeyPair made(String kind, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has " + kind, e);
        }
    }
}
