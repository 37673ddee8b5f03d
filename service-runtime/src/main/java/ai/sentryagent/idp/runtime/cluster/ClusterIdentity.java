package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.config.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What this process shows to the other members, and what it asks them for: a certificate that {@code authority} has signed.
 * Whoever has one is a member, so the authority signs for this cluster and nothing else.
 *
 * @param certificate in PEM, with the chain up to the authority where there is one
 * @param privateKey in PEM (PKCS #8)
 * @param authority in PEM, one or more; while one replaces another, both
 */
public record ClusterIdentity(String certificate, SecretText privateKey, String authority) {
    private static final char[] IN_MEMORY = {};

    /** Null when one is missing or they do not fit together, which has been noted then. */
    static @Nullable ClusterIdentity read(Settings settings) {
        String certificate = settings.requiredOrFile("CLUSTER_CERTIFICATE");
        String privateKey = settings.requiredOrFile("CLUSTER_PRIVATE_KEY");
        String authority = settings.requiredOrFile("CLUSTER_AUTHORITY");
        if (certificate.isEmpty() || privateKey.isEmpty() || authority.isEmpty()) {
            return null;
        }
        ClusterIdentity identity = new ClusterIdentity(certificate, new SecretText(privateKey), authority);
        try {
            identity.sslContext();
            return identity;
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            settings.problem(
                    "CLUSTER_CERTIFICATE",
                    "with CLUSTER_PRIVATE_KEY and CLUSTER_AUTHORITY must be PEM: a certificate, its PKCS #8 key,"
                            + " and the certificate of who signed it");
            return null;
        }
    }

    PemKeyCertOptions keyCertOptions() {
        return new PemKeyCertOptions()
                .addCertValue(Buffer.buffer(certificate))
                .addKeyValue(Buffer.buffer(privateKey.value()));
    }

    PemTrustOptions trustOptions() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(authority));
    }

    /** The same for the sockets of JGroups. */
    SSLContext sslContext() throws GeneralSecurityException, IOException {
        Certificate[] chain = certificates(certificate).toArray(Certificate[]::new);
        if (chain.length == 0) {
            throw new IllegalArgumentException("no certificate");
        }
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, IN_MEMORY);
        own.setKeyEntry("own", key(chain[0]), IN_MEMORY, chain);
        KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        shown.init(own, IN_MEMORY);

        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, IN_MEMORY);
        int next = 0;
        for (Certificate one : certificates(authority)) {
            trusted.setCertificateEntry("authority-" + next++, one);
        }
        TrustManagerFactory asked = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        asked.init(trusted);

        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shown.getKeyManagers(), asked.getTrustManagers(), null);
        return context;
    }

    private PrivateKey key(Certificate certificate) throws GeneralSecurityException {
        String body =
                privateKey.value().replace("-----BEGIN PRIVATE KEY-----", "").replace("-----END PRIVATE KEY-----", "");
        return KeyFactory.getInstance(certificate.getPublicKey().getAlgorithm())
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(body)));
    }

    private static Collection<? extends Certificate> certificates(String pem) throws GeneralSecurityException {
        return CertificateFactory.getInstance("X.509")
                .generateCertificates(new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    }
}
