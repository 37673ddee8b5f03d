package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.CertifiedKey;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.NamedParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys that stand in settings: one that cannot be read ends the start and is named, whatever is wrong with it. */
final class PemSettingsTest {
    private final Certified certified = Certified.by(new CertificateAuthority(Instant.now()), "own");

    private void read(String module, String name, String text) {
        Settings settings = new Settings(new JsonObject()
                .put("POLICY_DIR", "../policies")
                .put("TLS_CERTIFICATE", certified.certificate())
                .put("CLUSTER_CERTIFICATE", certified.certificate())
                .put(name, text));
        SettingsRead.readAll(settings, Objects.requireNonNull(SettingsRead.MODULES.get(module)));
        settings.check();
    }

    @ParameterizedTest
    @CsvSource({
        "token-service, JWT_PRIVATE_KEY, PRIVATE KEY, JWT_PRIVATE_KEY must be an RSA private key in PEM",
        "token-service, JWT_PUBLIC_KEY, PUBLIC KEY, JWT_PUBLIC_KEY must be an RSA public key in PEM",
        "audit-service, AUDIT_SIGNING_KEY, PRIVATE KEY, AUDIT_SIGNING_KEY must be an Ed25519 private key in PEM",
        "audit-service, AUDIT_TRUSTED_KEYS, PUBLIC KEY, AUDIT_TRUSTED_KEYS must be Ed25519 public keys in PEM",
        "gateway, TLS_PRIVATE_KEY, PRIVATE KEY, TLS_CERTIFICATE with TLS_PRIVATE_KEY must be PEM",
        "gateway, CLUSTER_PRIVATE_KEY, PRIVATE KEY, CLUSTER_CERTIFICATE with CLUSTER_PRIVATE_KEY must be PEM",
    })
    void whatIsNoKeyIsNamed(String module, String name, String label, String problem) {
        String begin = "-----BEGIN " + label + "-----";
        String end = "-----END " + label + "-----";
        for (String wrong : new String[] {
            "no key",
            begin,
            begin + "END " + label + "-----",
            begin + end,
            begin + "\n" + end,
            begin + "\nA\n" + end,
            begin + "\nAAAA\n" + end,
            begin + "\\nAAAA\\n" + end,
            begin + "\nAAAA\n" + end.replace(label, "KEY"),
        }) {
            assertThatThrownBy(() -> read(module, name, wrong))
                    .as(wrong)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(problem);
        }
    }

    @ParameterizedTest
    @CsvSource({"Ed25519, Ed25519, Ed25519", "EC, secp521r1, SHA256withECDSA"})
    void aCertificateOfAKindThatNotAllSpeakIsNamed(String algorithm, String parameters, String signature)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        KeyPairGenerator pairs = KeyPairGenerator.getInstance(algorithm);
        pairs.initialize(
                algorithm.equals("EC") ? new ECGenParameterSpec(parameters) : new NamedParameterSpec(parameters));
        KeyPair pair = pairs.generateKeyPair();
        X500Name name = new X500Name("CN=own");
        Instant now = Instant.now();
        Date until = Date.from(now.plus(Duration.ofDays(1)));
        byte[] certificate = new JcaX509v3CertificateBuilder(
                        name, BigInteger.ONE, Date.from(now), until, name, pair.getPublic())
                .build(new JcaContentSignerBuilder(signature).build(pair.getPrivate()))
                .getEncoded();
        Settings settings = new Settings(new JsonObject()
                .put("TLS_CERTIFICATE", PemText.write("CERTIFICATE", certificate))
                .put(
                        "TLS_PRIVATE_KEY",
                        PemText.write("PRIVATE KEY", pair.getPrivate().getEncoded())));
        assertThat(CertifiedKey.read(settings, "TLS_CERTIFICATE", "TLS_PRIVATE_KEY"))
                .isNull();
        assertThatThrownBy(settings::check)
                .hasMessageContaining("TLS_CERTIFICATE must have a key of RSA, P-256 or P-384");
    }

    @ParameterizedTest
    @CsvSource({"-400, 'has expired, on '", "2, 'is not valid yet, but from '"})
    void aCertificateThatIsNotValidNowIsNamedAndSinceWhen(int daysFromNow, String problem) {
        Instant made = Instant.now().plus(Duration.ofDays(daysFromNow));
        CertificateAuthority authority = new CertificateAuthority(made);
        Instant edge = made.minus(Duration.ofMinutes(5)).plus(Duration.ofDays(daysFromNow < 0 ? 365 : 0));
        String message = problem + edge.truncatedTo(ChronoUnit.SECONDS);
        Certified other = Certified.by(authority, "own");
        for (String door : List.of("TLS", "CLUSTER")) {
            Settings settings = new Settings(new JsonObject()
                    .put("POLICY_DIR", "../policies")
                    .put(door + "_CERTIFICATE", other.certificate())
                    .put(door + "_PRIVATE_KEY", other.key())
                    .put("CLUSTER_AUTHORITY", certified.authority()));
            SettingsRead.readAll(settings, Objects.requireNonNull(SettingsRead.MODULES.get("gateway")));
            assertThatThrownBy(settings::check).hasMessageContaining(door + "_CERTIFICATE " + message);
        }
        Settings settings = new Settings(new JsonObject()
                .put("POLICY_DIR", "../policies")
                .put("CLUSTER_CERTIFICATE", certified.certificate())
                .put("CLUSTER_PRIVATE_KEY", certified.key())
                .put("CLUSTER_AUTHORITY", other.authority()));
        SettingsRead.readAll(settings, Objects.requireNonNull(SettingsRead.MODULES.get("gateway")));
        assertThatThrownBy(settings::check).hasMessageContaining("CLUSTER_AUTHORITY " + message);
    }

    /** As it stands there while one replaces another. */
    @Test
    void ofTheAuthoritiesOneIsEnoughThatIsValid() {
        String expired =
                Certified.by(new CertificateAuthority(Instant.EPOCH), "own").authority();
        Settings settings = new Settings(new JsonObject()
                .put("POLICY_DIR", "../policies")
                .put("CLUSTER_CERTIFICATE", certified.certificate())
                .put("CLUSTER_PRIVATE_KEY", certified.key())
                .put("CLUSTER_AUTHORITY", expired + certified.authority()));
        SettingsRead.readAll(settings, Objects.requireNonNull(SettingsRead.MODULES.get("gateway")));
        assertThatThrownBy(settings::check).hasMessageNotContaining("CLUSTER_AUTHORITY");
    }

    @Test
    void aCertificateAndItsKeyMayStandInOneLineEach() {
        Settings settings = new Settings(new JsonObject()
                .put("TLS_CERTIFICATE", certified.certificate().replace("\n", "\\n"))
                .put("TLS_PRIVATE_KEY", certified.key().replace("\n", "\\n")));
        assertThat(CertifiedKey.read(settings, "TLS_CERTIFICATE", "TLS_PRIVATE_KEY"))
                .isEqualTo(new CertifiedKey(certified.certificate(), new SecretText(certified.key())));
        settings.check();
    }
}
