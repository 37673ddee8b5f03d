package ai.sentryagent.idp.runtime.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what a process shows who it is.
 *
 * @param certificate in PEM, with the chain up to an authority where there is one
 * @param privateKey in PEM (PKCS #8)
 */
public record CertifiedKey(String certificate, SecretText privateKey) {
    /** In bits, of P-384. */
    private static final int LARGEST_FIELD = 384;

    /** Null when one is missing or they do not fit together, which has been noted then. */
    public static @Nullable CertifiedKey read(Settings settings, String certificateName, String keyName) {
        String certificate = PemText.lines(settings.requiredOrFile(certificateName));
        String privateKey = PemText.lines(settings.requiredOrFile(keyName));
        if (certificate.isEmpty() || privateKey.isEmpty()) {
            return null;
        }
        CertifiedKey read = new CertifiedKey(certificate, new SecretText(privateKey));
        try {
            if (!fit(read.key(), read.chain().get(0).getPublicKey())) {
                settings.problem(keyName, "does not belong to " + certificateName);
            } else if (!isOfWhatAllSpeak(read.chain())) {
                settings.problem(
                        certificateName, "must have a key of RSA, P-256 or P-384, and a signature of RSA or ECDSA");
            } else {
                Optional<String> whyNot = whyNotNow(read.chain().get(0));
                whyNot.ifPresent(why -> settings.problem(certificateName, why));
                return whyNot.isPresent() ? null : read;
            }
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            settings.problem(certificateName, "with " + keyName + " must be PEM: a certificate and its PKCS #8 key");
        }
        return null;
    }

    /** Its own certificate is the first. */
    public List<X509Certificate> chain() throws GeneralSecurityException {
        List<X509Certificate> chain = certificates(certificate);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("no certificate");
        }
        return chain;
    }

    /** The end of the first in the chain that ends. */
    public Instant validUntil() {
        try {
            return Collections.min(chain().stream()
                    .map(certificate -> certificate.getNotAfter().toInstant())
                    .toList());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("It could be read before", e);
        }
    }

    public PrivateKey key() throws GeneralSecurityException {
        byte[] der = PemText.read(privateKey.value(), "PRIVATE KEY", "no private key");
        return KeyFactory.getInstance(chain().get(0).getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    /** The same for Vert.x. */
    public PemKeyCertOptions options() {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificate))
                .addKeyValue(Buffer.buffer(privateKey.value()));
    }

    /** All that stand in a text, one after the other. */
    public static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)))
                .stream()
                .map(X509Certificate.class::cast)
                .toList();
    }

    /** What is wrong with it at this moment: whoever is shown it would refuse it, and say so nowhere that we see. */
    public static Optional<String> whyNotNow(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return Optional.empty();
        } catch (CertificateExpiredException e) {
            return Optional.of("has expired, on " + certificate.getNotAfter().toInstant());
        } catch (CertificateNotYetValidException e) {
            return Optional.of(
                    "is not valid yet, but from " + certificate.getNotBefore().toInstant());
        }
    }

    /** BoringSSL speaks less than Java does, and members that differ could not talk to each other. */
    private static boolean isOfWhatAllSpeak(List<X509Certificate> chain) {
        PublicKey own = chain.get(0).getPublicKey();
        boolean isSpoken = own instanceof ECKey onCurve
                ? onCurve.getParams().getCurve().getField().getFieldSize() <= LARGEST_FIELD
                : own.getAlgorithm().equals("RSA");
        return isSpoken && chain.stream().noneMatch(one -> one.getSigAlgName().startsWith("Ed"));
    }

    private static boolean fit(PrivateKey privateKey, PublicKey publicKey) throws GeneralSecurityException {
        byte[] text = "Is it the same pair?".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(
                switch (publicKey.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> publicKey.getAlgorithm();
                });
        signature.initSign(privateKey);
        signature.update(text);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(text);
        return signature.verify(signed);
    }
}
