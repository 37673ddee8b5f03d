package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.config.PemText;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PrivateKeyFactory;

/** The key that signs checkpoints, and nothing else. */
final class AuditKey {
    private static final String MESSAGE = "must be an Ed25519 private key in PEM (PKCS #8, BEGIN PRIVATE KEY)";

    private final Ed25519PrivateKeyParameters key;
    private final AuditPublicKey publicKey;

    private AuditKey(Ed25519PrivateKeyParameters key) {
        this.key = key;
        this.publicKey =
                new AuditPublicKey(Buffer.buffer(key.generatePublicKey().getEncoded()));
    }

    /** Reads a key in PEM, or says in an IllegalArgumentException what it should have been. */
    static AuditKey ofPem(String pem) {
        try {
            AsymmetricKeyParameter read = PrivateKeyFactory.createKey(PemText.read(pem, "PRIVATE KEY", MESSAGE));
            if (read instanceof Ed25519PrivateKeyParameters signing) {
                return new AuditKey(signing);
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(MESSAGE, e);
        }
        throw new IllegalArgumentException(MESSAGE);
    }

    /** A key that ends with the process. */
    static AuditKey made(SecureRandom random) {
        return new AuditKey(new Ed25519PrivateKeyParameters(random));
    }

    AuditPublicKey publicKey() {
        return publicKey;
    }

    byte[] sign(String text) {
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        Ed25519Signer signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }

    @Override
    public String toString() {
        return "AuditKey[" + publicKey.id() + "]";
    }
}
