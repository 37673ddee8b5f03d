package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.schema.tokens.SigningAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;

/** The keys that sign tokens, in PEM. */
final class Pem {
    private static final int SMALLEST_RSA = 2048;
    private static final int P_256 = 256;

    private Pem() {}

    static PrivateKey privateKey(String pem, SigningAlgorithm algorithm) {
        String message = "must be " + kind(algorithm) + " private key in PEM (PKCS #8, BEGIN PRIVATE KEY)";
        byte[] der = PemText.read(pem, "PRIVATE KEY", message);
        try {
            PrivateKey key = factory(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            if (key instanceof RSAKey && !(key instanceof RSAPrivateCrtKey)) {
                throw new IllegalArgumentException(message);
            }
            requireSize(key, message);
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(message, e);
        }
    }

    static PublicKey publicKey(String pem, SigningAlgorithm algorithm) {
        String message = "must be " + kind(algorithm) + " public key in PEM (BEGIN PUBLIC KEY)";
        byte[] der = PemText.read(pem, "PUBLIC KEY", message);
        try {
            PublicKey key = factory(algorithm).generatePublic(new X509EncodedKeySpec(der));
            requireSize(key, message);
            return key;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(message, e);
        }
    }

    /** Whether what the one signs the other verifies. */
    static boolean fit(PrivateKey privateKey, PublicKey publicKey) {
        try {
            Signature signature =
                    Signature.getInstance(privateKey instanceof RSAKey ? "SHA256withRSA" : "SHA256withECDSA");
            signature.initSign(privateKey);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static KeyFactory factory(SigningAlgorithm algorithm) throws GeneralSecurityException {
        return KeyFactory.getInstance(algorithm == SigningAlgorithm.ES256 ? "EC" : "RSA");
    }

    private static String kind(SigningAlgorithm algorithm) {
        return algorithm == SigningAlgorithm.ES256 ? "a P-256" : "an RSA";
    }

    private static void requireSize(Object key, String message) {
        if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < SMALLEST_RSA) {
            throw new IllegalArgumentException(
                    "has " + rsa.getModulus().bitLength() + " bits; RSA keys need at least " + SMALLEST_RSA);
        }
        if (key instanceof ECKey ec && ec.getParams().getOrder().bitLength() != P_256) {
            throw new IllegalArgumentException(message);
        }
    }
}
