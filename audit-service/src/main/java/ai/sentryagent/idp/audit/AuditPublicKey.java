package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.Sha256;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.schema.audit.CheckpointKey;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.Ed25519PublicKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * An Ed25519 key (RFC 8032) that verifies what audit-service has signed.
 *
 * @param raw its 32 bytes
 */
record AuditPublicKey(Buffer raw) {
    private static final String LABEL = "PUBLIC KEY";
    private static final String MESSAGE = "must be an Ed25519 public key in PEM (BEGIN PUBLIC KEY)";

    private static final String MESSAGE_OF_ALL =
            "must be Ed25519 public keys in PEM (BEGIN PUBLIC KEY), one after the other";

    /** Reads a key in PEM, or says in an IllegalArgumentException what it should have been. */
    static AuditPublicKey ofPem(String pem) {
        try {
            AsymmetricKeyParameter key = PublicKeyFactory.createKey(PemText.read(pem, LABEL, MESSAGE));
            if (key instanceof Ed25519PublicKeyParameters verifying) {
                return new AuditPublicKey(Buffer.buffer(verifying.getEncoded()));
            }
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(MESSAGE, e);
        }
        throw new IllegalArgumentException(MESSAGE);
    }

    /** Reads keys in PEM, one after the other, or says in an IllegalArgumentException what they should have been. */
    static List<AuditPublicKey> allOfPem(String pems) {
        return Stream.of(PemText.lines(pems).strip().split("(?<=-----END PUBLIC KEY-----)"))
                .map(AuditPublicKey::oneOfPem)
                .toList();
    }

    private static AuditPublicKey oneOfPem(String pem) {
        try {
            return ofPem(pem);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(MESSAGE_OF_ALL, e);
        }
    }

    /** Its RFC 7638 thumbprint, as a JWK of RFC 8037 §2. */
    String id() {
        String jwk = "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + base64Url(raw.getBytes()) + "\"}";
        return base64Url(Sha256.digest().digest(jwk.getBytes(StandardCharsets.UTF_8)));
    }

    /** With its PEM. */
    CheckpointKey published() {
        try {
            byte[] der = SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(parameters())
                    .getEncoded();
            return new CheckpointKey(id(), PemText.write(LABEL, der));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes that are no key at all, as somebody may have written over one, verify nothing. */
    boolean verifies(String text, byte[] signature) {
        Ed25519PublicKeyParameters parameters;
        try {
            parameters = parameters();
        } catch (IllegalArgumentException e) {
            return false;
        }
        byte[] message = text.getBytes(StandardCharsets.UTF_8);
        Ed25519Signer verifier = new Ed25519Signer();
        verifier.init(false, parameters);
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }

    private Ed25519PublicKeyParameters parameters() {
        return new Ed25519PublicKeyParameters(raw.getBytes());
    }

    private static String base64Url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
