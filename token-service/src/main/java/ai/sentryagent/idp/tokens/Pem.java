package ai.sentryagent.idp.tokens;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;

/** RSA keys in PEM (RFC 7468), with line ends or with {@code \n} in their place, as environment files need it. */
final class Pem {
    private static final int SMALLEST = 2048;

    private Pem() {}

    static RSAPrivateCrtKey privateKey(String pem) {
        String message = "must be an RSA private key in PEM (PKCS #8, BEGIN PRIVATE KEY)";
        byte[] der = der(pem, "PRIVATE KEY", message);
        try {
            RSAPrivateCrtKey key =
                    (RSAPrivateCrtKey) KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der));
            requireSize(key.getModulus().bitLength());
            return key;
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IllegalArgumentException(message, e);
        }
    }

    static RSAPublicKey publicKey(String pem) {
        String message = "must be an RSA public key in PEM (BEGIN PUBLIC KEY)";
        byte[] der = der(pem, "PUBLIC KEY", message);
        try {
            RSAPublicKey key = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
            requireSize(key.getModulus().bitLength());
            return key;
        } catch (GeneralSecurityException | ClassCastException e) {
            throw new IllegalArgumentException(message, e);
        }
    }

    private static byte[] der(String pem, String label, String message) {
        String text = pem.replace("\\n", "\n").strip();
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        if (!text.startsWith(begin) || !text.endsWith(end)) {
            throw new IllegalArgumentException(message);
        }
        try {
            String body = text.substring(begin.length(), text.length() - end.length());
            return Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(message, e);
        }
    }

    private static void requireSize(int bits) {
        if (bits < SMALLEST) {
            throw new IllegalArgumentException("has " + bits + " bits; RSA keys need at least " + SMALLEST);
        }
    }
}
