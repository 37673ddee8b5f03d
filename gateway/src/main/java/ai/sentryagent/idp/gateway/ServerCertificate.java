package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.CertificateGauge;
import ai.sentryagent.idp.runtime.Cryptography;
import ai.sentryagent.idp.runtime.config.CertifiedKey;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.Settings;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SSLEngineOptions;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code TLS_CERTIFICATE} and {@code TLS_PRIVATE_KEY} say, shown to whoever connects. */
final class ServerCertificate implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ServerCertificate.class);
    private static final String CERTIFICATE = "TLS_CERTIFICATE";
    private static final String PRIVATE_KEY = "TLS_PRIVATE_KEY";
    private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

    /** Forward secrecy and authenticated encryption (RFC 9325 §4.2), the cheapest first. */
    private static final List<String> SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Settings settings;
    private final CertifiedKey first;
    private final SSLEngineOptions engine;
    private final CertificateGauge gauge = new CertificateGauge(CERTIFICATE);
    private final List<HttpServer> servers = new CopyOnWriteArrayList<>();

    private ServerCertificate(Settings settings, CertifiedKey first) {
        this.settings = settings;
        this.first = first;
        this.engine = Cryptography.tlsEngine();
        gauge.tell(first.validUntil());
    }

    /** Empty when neither is set, or when they are no good, which has been noted then. */
    static Optional<ServerCertificate> read(Settings settings) {
        if (!settings.isSetOrFile(CERTIFICATE) && !settings.isSetOrFile(PRIVATE_KEY)) {
            return Optional.empty();
        }
        return Optional.ofNullable(CertifiedKey.read(settings, CERTIFICATE, PRIVATE_KEY))
                .map(first -> new ServerCertificate(settings, first));
    }

    void secure(HttpServerOptions options) {
        secure(options, first).setSslEngineOptions(engine);
    }

    /**
     * HTTP/1.1 only: what is checked of requests (RFC 9112) and how a gateway takes leave ({@code Connection: close}) is
     * written for it.
     */
    private static HttpServerOptions secure(HttpServerOptions options, CertifiedKey shown) {
        options.setSsl(true)
                .setUseAlpn(false)
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setKeyCertOptions(shown.options());
        SUITES.forEach(options::addEnabledCipherSuite);
        return options;
    }

    /** From now on this server shows the certificate that was read last. */
    void shownBy(HttpServer server) {
        servers.add(server);
    }

    /** Reads it again, for every connection that comes from then on. One that is no good leaves the old one in place. */
    @Override
    public void run() {
        Settings now = settings.again();
        CertifiedKey read = CertifiedKey.read(now, CERTIFICATE, PRIVATE_KEY);
        try {
            now.check();
            show(Objects.requireNonNull(read));
        } catch (ConfigurationException e) {
            keep(e);
        }
    }

    private void show(CertifiedKey read) {
        Instant validUntil = read.validUntil();
        List<Future<Boolean>> updates = servers.stream()
                .map(server -> server.updateSSLOptions(
                        secure(new HttpServerOptions(), read).getSslOptions()))
                .toList();
        Future.all(updates)
                .onSuccess(shown -> {
                    gauge.tell(validUntil);
                    LOG.atInfo().addKeyValue("validUntil", validUntil).log("Certificate read");
                })
                .onFailure(ServerCertificate::keep);
    }

    private static void keep(Throwable failure) {
        LOG.atError()
                .addKeyValue("cause", failure.getMessage())
                .log("The new certificate is no good; the old one stays");
    }
}
