package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.SignedJWT;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Another JWT_PRIVATE_KEY and a restart, in an installation that keeps no private keys: no token dies of it. */
final class KeyReplacementTest {
    private static final String ISSUER = "https://id.example";

    private final Map<String, String> settings = new HashMap<>(Map.of(
            "DATABASE_URL", TestServers.freshDatabase(),
            "REDIS_URL", TestServers.freshRedis(),
            "ISSUER_URL", ISSUER));

    @Test
    void tokensOfTheReplacedKeyLiveOnAndTheJwksShowsBoth() throws Exception {
        Client client;
        String old;
        try (RunningProduct before = RunningProduct.start(settings)) {
            OAuthCaller caller = new OAuthCaller(before);
            client = caller.register();
            old = caller.token(client, "");
        }
        settings.putAll(RunningProduct.signingWith(RunningProduct.key()));
        try (RunningProduct after = RunningProduct.start(settings)) {
            OAuthCaller caller = new OAuthCaller(after);
            Discovery discovery = new Discovery(after);
            String young = caller.token(client, "");
            String oldKey = SignedJWT.parse(old).getHeader().getKeyID();
            String youngKey = SignedJWT.parse(young).getHeader().getKeyID();
            assertThat(youngKey).isNotEqualTo(oldKey);
            assertThat(discovery.keys().getKeys()).extracting("keyID").containsExactlyInAnyOrder(oldKey, youngKey);
            for (String token : new String[] {old, young}) {
                assertThat(discovery.verify(token, ISSUER).getSubject()).isEqualTo(client.id());
                assertThat(caller.isActive(token)).isTrue();
                String own = OAuthCaller.AGENTS + client.id() + "/credentials";
                assertThat(after.json("GET", own, token, "").status()).isEqualTo(200);
            }
            Reply rotations = Patience.until(
                    "the rotation in the log",
                    () -> after.json("GET", "/api/v1/audit?action=key.rotated", caller.admin(), ""),
                    reply -> reply.json().path("total").asInt() == 1);
            assertThat(rotations.json().at("/data/0/metadata").toString()).contains(youngKey);
        }
    }

    @Test
    void theReplacedKeyCanBeWithdrawnAndNeverComesBack() throws Exception {
        String old;
        try (RunningProduct before = RunningProduct.start(settings)) {
            old = before.administrator();
        }
        Map<String, String> again = new HashMap<>(settings);
        settings.putAll(RunningProduct.signingWith(RunningProduct.key()));
        try (RunningProduct after = RunningProduct.start(settings)) {
            OAuthCaller caller = new OAuthCaller(after);
            assertThat(caller.isActive(old)).isTrue();
            assertThat(after.json("POST", "/api/v1/keys/rotate", caller.admin(), "")
                            .status())
                    .as("no private key can be kept")
                    .isEqualTo(409);
            String kid = SignedJWT.parse(old).getHeader().getKeyID();
            assertThat(after.json("POST", "/api/v1/keys/" + kid + "/withdraw", caller.admin(), "")
                            .status())
                    .isEqualTo(200);
            assertThat(caller.isActive(old)).isFalse();
            assertThat(after.json("GET", "/api/v1/keys", old, "").status()).isEqualTo(401);
            assertThat(after.json("GET", "/api/v1/keys", caller.admin(), "").status())
                    .isEqualTo(200);
        }
        assertThatThrownBy(() -> RunningProduct.start(again))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("JWT_PRIVATE_KEY is a key that has been withdrawn");
    }

    @Test
    void aKeyThatNobodyHoldsAnyMoreDoesNotStandInHoweverLongItsTokensLive() throws Exception {
        settings.put("TOKEN_TTL_SECONDS", "86400");
        RunningProduct.start(settings).close();
        Sql.update(
                Objects.requireNonNull(settings.get("DATABASE_URL")),
                "UPDATE tokens.signing_keys SET renewed_at = now() - interval '2 minutes'");
        settings.remove("TOKEN_TTL_SECONDS");
        settings.putAll(RunningProduct.signingWith(RunningProduct.key()));
        try (RunningProduct after = RunningProduct.start(settings)) {
            OAuthCaller caller = new OAuthCaller(after);
            String signs = SignedJWT.parse(caller.admin()).getHeader().getKeyID();
            Reply refused = after.json("POST", "/api/v1/keys/" + signs + "/withdraw", caller.admin(), "");
            assertThat(refused.status()).isEqualTo(409);
            assertThat(caller.isActive(caller.admin())).isTrue();
        }
    }

    @Test
    void aKeyKeepsTheAlgorithmWithWhichItWasPublished() {
        RunningProduct.start(settings).close();
        settings.put("JWT_ALGORITHM", "PS256");
        assertThatThrownBy(() -> RunningProduct.start(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("JWT_ALGORITHM");
    }

    @Test
    void anInstallationMaySignWithES256() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        settings.put("JWT_ALGORITHM", "ES256");
        settings.putAll(RunningProduct.signingWith(generator.generateKeyPair()));
        try (RunningProduct product = RunningProduct.start(settings)) {
            OAuthCaller caller = new OAuthCaller(product);
            String token = caller.token(caller.register(), "");
            assertThat(SignedJWT.parse(token).getHeader().getAlgorithm()).isEqualTo(JWSAlgorithm.ES256);
            assertThat(new Discovery(product).verify(token, ISSUER).getIssuer()).isEqualTo(ISSUER);
            assertThat(caller.isActive(token)).isTrue();
        }
    }

    @Test
    void everyMistakeInTheSettingsOfSigningIsNamed() {
        settings.putAll(Map.of("JWT_ALGORITHM", "HS256", "KEY_ENCRYPTION_KEY", "short", "JWKS_MAX_AGE_SECONDS", "0"));
        assertThatThrownBy(() -> RunningProduct.start(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("JWT_ALGORITHM must be one of [RS256, PS256, ES256]")
                .hasMessageContaining("KEY_ENCRYPTION_KEY must be 32 bytes")
                .hasMessageContaining("JWKS_MAX_AGE_SECONDS");
        settings.putAll(
                Map.of("JWT_ALGORITHM", "ES256", "KEY_ENCRYPTION_KEY", "7b".repeat(32), "JWKS_MAX_AGE_SECONDS", "1"));
        assertThatThrownBy(() -> RunningProduct.start(settings))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("JWT_PRIVATE_KEY must be a P-256 private key in PEM");
    }
}
