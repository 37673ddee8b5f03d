package ai.sentryagent.idp.standalone.dev;

import ai.sentryagent.idp.runtime.config.PemText;
import java.security.PrivateKey;
import java.security.PublicKey;

/** Keys as text. */
public final class Pem {
    private Pem() {}

    /** PKCS #8. */
    public static String of(PrivateKey key) {
        return PemText.write("PRIVATE KEY", key.getEncoded());
    }

    /** X.509. */
    public static String of(PublicKey key) {
        return PemText.write("PUBLIC KEY", key.getEncoded());
    }
}
