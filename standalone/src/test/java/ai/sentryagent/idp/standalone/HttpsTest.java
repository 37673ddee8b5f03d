package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.CertifiedKey;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import io.netty.handler.ssl.OpenSsl;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A gateway that has a certificate and speaks HTTPS, from files that are renewed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HttpsTest {
    private static final Pattern END = Pattern.compile(
            "(?m)^agentidp_certificate_expiry_timestamp_seconds\\{setting=\"TLS_CERTIFICATE\"} (\\S+)$");

    private final CertificateAuthority authority = new CertificateAuthority(Instant.now());
    private final Certified first = Certified.by(authority, "first");
    private final Visitor visitor = new Visitor(first.authority());
    private final Path folder;
    private final RunningProduct product;

    HttpsTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        write(first.certificate(), first.key());
        product = RunningProduct.start(Map.of(
                        "TLS_CERTIFICATE_FILE",
                                folder.resolve("certificate.pem").toString(),
                        "TLS_PRIVATE_KEY_FILE", folder.resolve("key.pem").toString()))
                .askedBy(visitor.client());
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private void write(String certificate, String key) throws IOException {
        Files.writeString(folder.resolve("certificate.pem"), certificate);
        Files.writeString(folder.resolve("key.pem"), key);
    }

    /** As SIGHUP has it done. */
    private void readAgain() {
        product.runtime().rereads().forEach(Runnable::run);
    }

    /** In seconds since 1970. */
    private long toldEnd() {
        Matcher told =
                END.matcher(product.send("GET", "/metrics", Map.of(), "").json().asText());
        return told.find() ? new BigDecimal(told.group(1)).longValueExact() : 0;
    }

    private String shown() throws IOException {
        try (SSLSocket connection = visitor.connect(product, "TLSv1.3")) {
            return Visitor.server(connection);
        }
    }

    @Test
    void everythingIsSaidOverHttpsAndTheMetadataLeadsThere() throws Exception {
        OAuthCaller caller = new OAuthCaller(product);
        OAuthCaller.Client client = caller.register();
        String token = caller.token(client, "");
        assertThat(caller.isActive(token)).isTrue();
        String issuer = "https://localhost:" + URI.create(product.url()).getPort();
        Discovery discovery = new Discovery(product);
        assertThat(discovery.metadata().path("issuer").asText()).isEqualTo(issuer);
        assertThat(discovery.verify(token, issuer).getSubject()).isEqualTo(client.id());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void bothVersionsOfTlsAreSpokenAndHttp2IsNot(String version) throws IOException {
        try (SSLSocket connection = visitor.connect(product, version)) {
            assertThat(connection.getSession().getProtocol()).isEqualTo(version);
            assertThat(connection.getApplicationProtocol()).isEmpty();
            assertThat(Visitor.ask(connection)).isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void whatIsSaidTodayCannotBeReadWithTheKeyOfTomorrow() throws IOException {
        try (SSLSocket connection = visitor.connect(product, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")) {
            assertThat(Visitor.ask(connection)).isEqualTo("HTTP/1.1 200 OK");
        }
        assertThatThrownBy(() -> visitor.connect(product, "TLSv1.2", "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384"))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("handshake_failure");
    }

    /** Else it would go on with Java's own, and nobody would see why it has become slow. */
    @Test
    void theNativeLibraryIsOneThatNettyCanLoad() {
        assertThat(OpenSsl.unavailabilityCause()).isNull();
    }

    @Test
    void whoComesAgainNeedsNoWholeHandshake() throws IOException {
        try (SSLSocket first = visitor.connect(product, "TLSv1.2");
                SSLSocket second = visitor.connect(product, "TLSv1.2")) {
            assertThat(second.getSession().getId())
                    .isNotEmpty()
                    .isEqualTo(first.getSession().getId());
        }
    }

    @Test
    void whoSpeaksInClearIsNotAnswered() throws IOException {
        CapturedLog log = CapturedLog.listening();
        try {
            assertThat(RawHttp.get(product, "/health/live", "Host: localhost\n"))
                    .doesNotContain("HTTP");
            assertThat(product.send("GET", "/health/live", Map.of(), "").status())
                    .isEqualTo(200);
            assertThat(log.text()).doesNotContain("WARN").doesNotContain("ERROR");
        } finally {
            log.ignore();
        }
    }

    @Test
    void theMetricsTellTheFirstEndInTheChainAndOfARenewedOneTheNew() throws Exception {
        Certified renewed = Certified.by(authority, "long");
        write(renewed.certificate(), renewed.key());
        readAgain();
        long own = end(renewed.certificate());
        Patience.until("its own end", this::toldEnd, told -> told == own);
        String older = Certified.by(new CertificateAuthority(Instant.now().minus(Duration.ofDays(1))), "older")
                .authority();
        write(renewed.certificate() + "\n" + older, renewed.key());
        readAgain();
        long before = end(older);
        Patience.until("the end of what is behind it", this::toldEnd, told -> told == before);
        assertThat(before).isLessThan(own);
    }

    /** In seconds since 1970. */
    private static long end(String certificate) throws GeneralSecurityException {
        return CertifiedKey.certificates(certificate)
                .get(0)
                .getNotAfter()
                .toInstant()
                .getEpochSecond();
    }

    @Test
    void aRenewedCertificateIsShownAndAWrongOneNotWhileConnectionsGoOn() throws IOException {
        CapturedLog log = CapturedLog.listening();
        write(first.certificate(), first.key());
        readAgain();
        Patience.until("the first", this::shown, "CN=first"::equals);
        try (SSLSocket before = visitor.connect(product, "TLSv1.3")) {
            Certified second = Certified.by(authority, "second");
            write(second.certificate(), second.key());
            assertThat(shown()).as("not told yet").isEqualTo("CN=first");
            readAgain();
            Patience.until("the second", this::shown, "CN=second"::equals);
            assertThat(Visitor.ask(before)).isEqualTo("HTTP/1.1 200 OK");
            Patience.until("a word of it", log::text, text -> text.contains("Certificate read"));

            String key = Certified.by(authority, "third").key();
            write(second.certificate(), key);
            readAgain();
            assertThat(log.text())
                    .contains("The new certificate is no good", "TLS_PRIVATE_KEY does not belong to TLS_CERTIFICATE")
                    .doesNotContain(key.split("\n", -1)[1]);
            write(second.certificate(), "");
            readAgain();
            assertThat(log.text()).contains("TLS_PRIVATE_KEY_FILE names a file that is empty");
            Files.delete(folder.resolve("key.pem"));
            readAgain();
            assertThat(log.text()).contains("TLS_PRIVATE_KEY_FILE names a file that cannot be read");
            assertThat(shown()).isEqualTo("CN=second");
            assertThat(Visitor.ask(before)).isEqualTo("HTTP/1.1 200 OK");
        } finally {
            log.ignore();
        }
    }

    Stream<Arguments> wrong() {
        String certificate = first.certificate();
        String key = first.key();
        KeyPair rsa = RunningProduct.KEY;
        return Stream.of(
                Arguments.of(certificate, "", "TLS_PRIVATE_KEY is required"),
                Arguments.of("", key, "TLS_CERTIFICATE is required"),
                Arguments.of("no PEM", key, "TLS_CERTIFICATE with TLS_PRIVATE_KEY must be PEM"),
                Arguments.of(certificate, "no PEM", "TLS_CERTIFICATE with TLS_PRIVATE_KEY must be PEM"),
                Arguments.of(
                        certificate,
                        PemText.write("PRIVATE KEY", rsa.getPrivate().getEncoded()),
                        "TLS_CERTIFICATE with TLS_PRIVATE_KEY must be PEM"),
                Arguments.of(
                        certificate,
                        Certified.by(authority, "another").key(),
                        "TLS_PRIVATE_KEY does not belong to TLS_CERTIFICATE"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatCannotBeShownIsNamedAndNothingStarts(String certificate, String key, String problem) {
        Map<String, String> settings = new Certified(certificate, key, "").settings();
        assertThatThrownBy(() -> RunningProduct.start(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith(problem);
    }
}
