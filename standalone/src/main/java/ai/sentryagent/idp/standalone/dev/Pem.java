package ai.sentryagent.idp.standalone.dev;

import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Base64;

/** Keys and certificates as text (RFC 7468). */
public final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    /** PKCS #8. */
    public static String of(PrivateKey key) {
        return of("PRIVATE KEY", key.getEncoded());
    }

    /** X.509. */
    public static String of(PublicKey key) {
        return of("PUBLIC KEY", key.getEncoded());
    }

    /**
     * What stands in a file of this kind.
     *
     * @param label such as {@code PRIVATE KEY}
     */
    public static String of(String label, byte[] encoded) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(encoded) + "\n-----END " + label
                + "-----\n";
    }
}
