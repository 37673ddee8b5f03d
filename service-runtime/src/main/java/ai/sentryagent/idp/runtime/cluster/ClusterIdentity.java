package ai.sentryagent.idp.runtime.cluster;

import ai.sentryagent.idp.runtime.Cryptography;
import ai.sentryagent.idp.runtime.config.CertifiedKey;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.runtime.config.Settings;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What this process shows to the other members, and what it asks them for: a certificate that {@code authority} has signed.
 * Whoever has one is a member, so the authority signs for this cluster and nothing else.
 *
 * @param authority in PEM, one or more; while one replaces another, both
 */
public record ClusterIdentity(CertifiedKey own, String authority) {
    static final String CERTIFICATE = "CLUSTER_CERTIFICATE";

    /** Which version of TLS members speak. */
    static final String TLS = "TLSv1.3";

    private static final char[] IN_MEMORY = {};

    /** Null when something is missing or it does not fit together, which has been noted then. */
    static @Nullable ClusterIdentity read(Settings settings) {
        CertifiedKey own = CertifiedKey.read(settings, CERTIFICATE, "CLUSTER_PRIVATE_KEY");
        String authority = PemText.lines(settings.requiredOrFile("CLUSTER_AUTHORITY"));
        if (own == null || authority.isEmpty()) {
            return null;
        }
        ClusterIdentity identity = new ClusterIdentity(own, authority);
        try {
            identity.sslContext();
            Optional<String> whyNot = identity.whyNobodyIsTrusted();
            whyNot.ifPresent(why -> settings.problem("CLUSTER_AUTHORITY", why));
            return whyNot.isPresent() ? null : identity;
        } catch (GeneralSecurityException | IOException e) {
            settings.problem("CLUSTER_AUTHORITY", "must be PEM: the certificate of who signed CLUSTER_CERTIFICATE");
            return null;
        }
    }

    /** One that is valid is enough: an old one may stand beside it. */
    private Optional<String> whyNobodyIsTrusted() throws GeneralSecurityException {
        List<X509Certificate> authorities = CertifiedKey.certificates(authority);
        return authorities.stream().anyMatch(one -> CertifiedKey.whyNotNow(one).isEmpty())
                ? Optional.empty()
                : authorities.stream()
                        .max(Comparator.comparing(X509Certificate::getNotAfter))
                        .flatMap(CertifiedKey::whyNotNow);
    }

    /** Until when others accept it: its own end, or that of the last authority, whichever is before the other. */
    Instant validUntil() throws GeneralSecurityException {
        Instant own = this.own.validUntil();
        Instant trusted = Collections.max(CertifiedKey.certificates(authority).stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .toList());
        return own.isBefore(trusted) ? own : trusted;
    }

    /** Has both ends of a connection of the event bus shown such a certificate. */
    EventBusOptions secure(EventBusOptions options) {
        return options.setSsl(true)
                .setSslEngineOptions(Cryptography.tlsEngine())
                .setEnabledSecureTransportProtocols(Set.of(TLS))
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(own.options())
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authority)))
                .setTrustAll(false); // as it is by itself, whoever connects would ask nobody for a certificate
    }

    /** The same for the sockets of JGroups. */
    SSLContext sslContext() throws GeneralSecurityException, IOException {
        KeyStore shown = KeyStore.getInstance("PKCS12");
        shown.load(null, IN_MEMORY);
        shown.setKeyEntry("own", own.key(), IN_MEMORY, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(shown, IN_MEMORY);

        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, IN_MEMORY);
        int next = 0;
        for (X509Certificate one : CertifiedKey.certificates(authority)) {
            trusted.setCertificateEntry("authority-" + next++, one);
        }
        TrustManagerFactory asked = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        asked.init(trusted);

        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), asked.getTrustManagers(), null);
        return context;
    }
}
