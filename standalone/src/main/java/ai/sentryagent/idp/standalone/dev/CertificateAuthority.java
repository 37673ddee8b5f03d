package ai.sentryagent.idp.standalone.dev;

import ai.sentryagent.idp.runtime.config.PemText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Signs the certificates of one cluster. Its key lives as long as this object and is written nowhere, so nobody can join
 * later with another name.
 */
public final class CertificateAuthority {
    private static final X500Name NAME = new X500Name("CN=AgentIdP cluster");
    private static final GeneralNames HERE = new GeneralNames(new GeneralName[] {
        new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
    });
    private static final Duration VALID_FOR = Duration.ofDays(365);

    private final SecureRandom random = new SecureRandom();
    private final Instant from;
    private final PrivateKey key;
    private final String certificate;

    /** @param now when its certificates begin to be valid */
    public CertificateAuthority(Instant now) {
        from = now.minus(Duration.ofMinutes(5)); // for clocks that differ
        KeyPair pair = KeyPairs.onP256();
        key = pair.getPrivate();
        certificate = sign(NAME, pair, true);
    }

    /** What a member of this name is told of its identity: {@code CLUSTER_*} settings. */
    public Map<String, String> member(String name) {
        KeyPair pair = KeyPairs.onP256();
        return Map.of(
                "CLUSTER_CERTIFICATE", sign(new X500Name("CN=" + name), pair, false),
                "CLUSTER_PRIVATE_KEY", Pem.of(pair.getPrivate()),
                "CLUSTER_AUTHORITY", certificate);
    }

    private String sign(X500Name subject, KeyPair pair, boolean authority) {
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            NAME,
                            new BigInteger(128, random),
                            Date.from(from),
                            Date.from(from.plus(VALID_FOR)),
                            subject,
                            pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .addExtension(Extension.subjectAlternativeName, false, HERE)
                    .addExtension(
                            Extension.keyUsage,
                            true,
                            new KeyUsage(authority ? KeyUsage.keyCertSign : KeyUsage.digitalSignature));
            PrivateKey signer = authority ? pair.getPrivate() : key;
            return PemText.write(
                    "CERTIFICATE",
                    builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(signer))
                            .getEncoded());
        } catch (OperatorCreationException | CertIOException e) {
            throw new IllegalStateException("Every Java platform signs with ECDSA", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
