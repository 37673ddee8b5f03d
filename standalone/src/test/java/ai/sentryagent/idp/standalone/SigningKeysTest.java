package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.tokens.RingChange;
import ai.sentryagent.idp.schema.tokens.RotateKey;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import java.sql.Connection;
import java.sql.SQLException;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring of signing keys, in an installation that keeps them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SigningKeysTest {
    private static final String KEYS = "/api/v1/keys";
    private static final String ROTATE = KEYS + "/rotate";
    private static final String EMERGENCY = "{\"emergency\":true}";

    private static final String CHANGE_OF_THE_RING = "x'6167656e74696473'::bigint";

    private static final String WAITS_FOR_LONG =
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock' AND wait_event = 'advisory'
              AND clock_timestamp() - xact_start > interval '2 seconds'
            """;

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(
            Map.of("DATABASE_URL", database, "KEY_ENCRYPTION_KEY", "7b".repeat(32), "JWKS_MAX_AGE_SECONDS", "1"));

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void noTokenIsRefusedWhileOneKeyTakesOverFromAnother() throws Exception {
        OAuthCaller caller = new OAuthCaller(product);
        Client client = caller.register();
        CachingVerifier elsewhere = new CachingVerifier(product.url());
        List<String> tokens = new ArrayList<>(List.of(caller.token(client, "")));
        String before = kid(tokens.get(0));
        assertThat(elsewhere.accepts(tokens.get(0))).isTrue();

        Reply made = product.json("POST", ROTATE, keyKeeper(), "");
        assertThat(made.status()).as("%s", made).isEqualTo(200);
        assertThat(made.text("status")).isEqualTo("next");
        String next = made.text("kid");
        assertThat(new Discovery(product).keys().getKeyByKeyId(next))
                .as("published at once")
                .isNotNull();
        Patience.until("the next key signs", () -> {
            String token = caller.token(client, "");
            tokens.add(token);
            assertThat(elsewhere.accepts(token)).as("by a verifier that caches").isTrue();
            String own = OAuthCaller.AGENTS + client.id() + "/credentials";
            assertThat(product.json("GET", own, token, "").status()).isEqualTo(200);
            return kid(token).equals(next);
        });

        assertThat(status(before)).isEqualTo("retired");
        assertThat(status(next)).isEqualTo("current");
        assertThat(new Discovery(product).keys().getKeyByKeyId(before)).isNotNull();
        assertThat(tokens).allMatch(caller::isActive);
        assertThat(rotations(product, next))
                .as("audited, and by whom")
                .hasSize(1)
                .allMatch(event -> event.has("actorId"));
    }

    @Test
    void ofManyEmergenciesAtOnceOneIsEnough() throws Exception {
        try (RunningProduct other = RunningProduct.start(Map.of("KEY_ENCRYPTION_KEY", "7b".repeat(32)))) {
            String token = other.token(other.administratorId(), RunningProduct.ADMIN_SECRET, "keys:write")
                    .text("access_token");
            List<Reply> replies =
                    Crowd.together(Collections.nCopies(6, () -> other.json("POST", ROTATE, token, EMERGENCY)));
            assertThat(replies).extracting(Reply::status).containsOnlyOnce(200).isSubsetOf(200, 401, 409);
        }
    }

    /** A verifier that has asked just before has copies that know nothing of the key. */
    @Test
    void theTimeForWhichAKeyIsPublishedBeginsWhenItCanBeSeen() throws Exception {
        Future<RingChange> rotation;
        String released;
        try (Connection turn = Sql.hold(database, "SELECT pg_advisory_xact_lock(" + CHANGE_OF_THE_RING + ")")) {
            rotation = TokenOperations.ROTATE_KEY.ask(
                    product.bus(), Caller.system("a rotation"), new RotateKey(null, false));
            Patience.until("waits for its turn", () -> Sql.number(database, WAITS_FOR_LONG), waiting -> waiting == 1);
            released = Sql.select(database, "SELECT clock_timestamp()");
            turn.rollback();
        }
        String made = rotation.timeout(20, TimeUnit.SECONDS).await().key().kid();
        assertThat(Sql.select(
                        database,
                        "SELECT signs_from - timestamptz '%s' >= interval '6 seconds' FROM tokens.signing_keys WHERE kid = '%s'"
                                .formatted(released, made)))
                .as("for JWKS_MAX_AGE_SECONDS, and five seconds more")
                .isEqualTo("t");
        Patience.until("the next key signs", () -> kid(keyKeeper()).equals(made));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PS256", "ES256", "RS256"})
    void aKeyOfAnotherAlgorithmCanTakeOver(String algorithm) throws Exception {
        Reply made =
                product.json("POST", ROTATE, keyKeeper(), "{\"algorithm\":\"" + algorithm + "\",\"emergency\":true}");
        assertThat(made.status()).as("%s", made).isEqualTo(200);
        OAuthCaller caller = signingWith(made.text("kid"));
        String token = caller.token(caller.register(), "");
        assertThat(SignedJWT.parse(token).getHeader().getAlgorithm().getName()).isEqualTo(algorithm);
        assertThat(new Discovery(product).verify(token, issuer()).getIssuer()).isNotEmpty();
        assertThat(caller.isActive(token)).isTrue();
    }

    @Test
    void inAnEmergencyEverythingThatTheOldKeysHaveSignedIsDeadAtOnce() throws Exception {
        OAuthCaller caller = new OAuthCaller(product);
        Client client = caller.register();
        String token = caller.token(client, "");
        String keyKeeper = keyKeeper();
        String old = kid(token);

        Reply made = product.json("POST", ROTATE, keyKeeper, EMERGENCY);
        assertThat(made.status()).as("%s", made).isEqualTo(200);
        assertThat(made.text("status")).isEqualTo("current");

        String own = OAuthCaller.AGENTS + client.id() + "/credentials";
        assertThat(product.json("GET", own, token, "").status()).isEqualTo(401);
        assertThat(product.json("GET", KEYS, keyKeeper, "").status()).isEqualTo(401);
        assertThat(caller.introspect(client, token).json().path("active").asBoolean())
                .isFalse();
        assertThat(new Discovery(product).keys().getKeyByKeyId(old)).isNull();
        OAuthCaller after = signingWith(made.text("kid"));
        assertThat(after.isActive(after.token(client, ""))).isTrue();
        assertThat(status(old)).isEqualTo("withdrawn");
        assertThat(rotations(product, made.text("kid"))).singleElement().satisfies(event -> assertThat(
                        event.path("metadata").path("withdrawn").toString())
                .contains(old));
        assertThat(Sql.selectAll(
                        database,
                        "SELECT kid FROM tokens.signing_keys WHERE withdrawn_at IS NOT NULL AND sealed IS NOT NULL"))
                .isEmpty();
    }

    @Test
    void afterAnEmergencyTheVeryNextTokenIsGood() {
        for (int i = 0; i < 3; i++) {
            assertThat(product.json("POST", ROTATE, keyKeeper(), EMERGENCY).status())
                    .isEqualTo(200);
            assertThat(product.json("GET", KEYS, keyKeeper(), "").status()).isEqualTo(200);
        }
    }

    @Test
    void aWithdrawnKeyIsDeadAndTheLastOneCannotBeWithdrawn() throws Exception {
        OAuthCaller first =
                signingWith(product.json("POST", ROTATE, keyKeeper(), EMERGENCY).text("kid"));
        Client client = first.register();
        String old = first.token(client, "");
        Reply last = withdraw(kid(old), keyKeeper());
        assertThat(last.status()).as("%s", last).isEqualTo(409);
        assertThat(first.isActive(old)).isTrue();

        String next = product.json("POST", ROTATE, keyKeeper(), "").text("kid");
        Patience.until("the next key signs", () -> kid(keyKeeper()).equals(next));
        String keyKeeper = keyKeeper();
        assertThat(withdraw(kid(old), keyKeeper).status()).isEqualTo(200);
        OAuthCaller second = new OAuthCaller(product);
        assertThat(second.isActive(old)).isFalse();
        assertThat(product.json("GET", OAuthCaller.AGENTS + client.id() + "/credentials", old, "")
                        .status())
                .isEqualTo(401);
        assertThat(withdraw(kid(old), keyKeeper).status()).isEqualTo(409);
        assertThat(withdraw("A".repeat(43), keyKeeper).status()).isEqualTo(404);
        assertThat(product.json("GET", KEYS, keyKeeper, "").status()).isEqualTo(200);
    }

    /** Nobody was there to say that it signs. */
    @Test
    void aKeyThatWasMadeHereStillSignsAfterALongStop() throws Exception {
        String old = TestServers.freshDatabase();
        Map<String, String> settings = Map.of(
                "DATABASE_URL", old, "REDIS_URL", TestServers.freshRedis(), "KEY_ENCRYPTION_KEY", "7b".repeat(32));
        String made;
        String given;
        try (RunningProduct before = RunningProduct.start(settings)) {
            given = kid(before.administrator());
            made = before.json("POST", ROTATE, before.administrator("keys:write"), EMERGENCY)
                    .text("kid");
        }
        Sql.update(old, "UPDATE tokens.signing_keys SET verifiable_until = now() - interval '1 day'");
        try (RunningProduct after = RunningProduct.start(settings)) {
            String token = after.administrator("keys:write");
            assertThat(kid(token)).isEqualTo(made);
            assertThat(after.json("GET", KEYS, token, "").status()).isEqualTo(200);
            assertThat(after.json("POST", KEYS + "/" + given + "/withdraw", token, "")
                            .status())
                    .as("withdrawn long ago")
                    .isEqualTo(409);
        }
    }

    /** KEY_ENCRYPTION_KEY was lost, say, and the key that was given had left the ring long before. */
    @Test
    void whereNoKeyThatWasMadeHereCanBeOpenedTheGivenOneSignsAgain() throws Exception {
        String old = TestServers.freshDatabase();
        String given = rotatedOnce(old, "");
        Sql.update(
                old,
                "UPDATE tokens.signing_keys SET verifiable_until = now() - interval '1 day', sealed = NULL WHERE kid = '"
                        + given + "'");
        for (String start : List.of("first", "second")) {
            try (RunningProduct after = RunningProduct.start(keeping(old, "8c"))) {
                OAuthCaller caller = new OAuthCaller(after);
                String token = caller.token(caller.register(), "");
                assertThat(kid(token)).as("at the %s start", start).isEqualTo(given);
                assertThat(new Discovery(after).keys().getKeyByKeyId(given)).isNotNull();
                assertThat(caller.isActive(token)).isTrue();
                assertThat(rotations(after, given))
                        .as("that it came back is told once")
                        .hasSize(1);
            }
        }
    }

    @Test
    void aGivenKeyThatWasWithdrawnDoesNotSignAgainWhateverCannotBeOpened() throws Exception {
        String old = TestServers.freshDatabase();
        String given = rotatedOnce(old, EMERGENCY);
        assertThatThrownBy(() -> RunningProduct.start(keeping(old, "8c")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("JWT_PRIVATE_KEY is a key that has been withdrawn")
                .hasMessageContaining("KEY_ENCRYPTION_KEY");
        assertThat(Sql.select(
                        old, "SELECT withdrawn_at IS NOT NULL FROM tokens.signing_keys WHERE kid = '" + given + "'"))
                .isEqualTo("t");
    }

    @Test
    void aKeyWhoseLastTokenHasExpiredCanBeWithdrawnAndComesNeverBack() throws Exception {
        OAuthCaller caller =
                signingWith(product.json("POST", ROTATE, keyKeeper(), EMERGENCY).text("kid"));
        String old = kid(caller.admin());
        String next = product.json("POST", ROTATE, keyKeeper(), "").text("kid");
        Patience.until("the next key signs", () -> kid(keyKeeper()).equals(next));
        Sql.update(database, "UPDATE tokens.signing_keys SET verifiable_until = now() WHERE kid = '" + old + "'");
        assertThat(new Discovery(product).keys().getKeyByKeyId(old)).isNull();
        assertThat(withdraw(old, keyKeeper()).status()).isEqualTo(200);
        assertThat(Sql.select(
                        database, "SELECT withdrawn_at IS NOT NULL FROM tokens.signing_keys WHERE kid = '" + old + "'"))
                .isEqualTo("t");
    }

    @Test
    void nothingInTheTableCouldSign() throws SQLException {
        assertThat(Sql.selectAll(database, "SELECT jwk FROM tokens.signing_keys"))
                .isNotEmpty()
                .noneMatch(jwk -> jwk.contains("\"d\"") || jwk.contains("\"p\""));
        assertThat(Sql.selectAll(
                        database, "SELECT encode(sealed, 'escape') FROM tokens.signing_keys WHERE sealed IS NOT NULL"))
                .isNotEmpty()
                .noneMatch(blob -> blob.contains("kty"));
    }

    @Test
    void onlyWhoMayWriteKeysSeesAndChangesThem() {
        String other = product.administrator("agents:read agents:write tokens:read tokens:write audit:read");
        for (Reply refused : List.of(
                product.json("GET", KEYS, other, ""),
                product.json("POST", ROTATE, other, EMERGENCY),
                withdraw("A".repeat(43), other))) {
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().at("/details/requiredScope").asText()).isEqualTo("keys:write");
        }
    }

    /** The key that was given to an installation, in which by now one that was made there signs. */
    private static String rotatedOnce(String databaseUrl, String rotation) throws Exception {
        try (RunningProduct before = RunningProduct.start(keeping(databaseUrl, "7b"))) {
            String given = kid(before.administrator());
            String made = before.json("POST", ROTATE, before.administrator("keys:write"), rotation)
                    .text("kid");
            Sql.update(databaseUrl, "UPDATE tokens.signing_keys SET signs_from = now() WHERE kid = '" + made + "'");
            Patience.until("the next key signs", () -> kid(before.administrator("keys:write"))
                    .equals(made));
            return given;
        }
    }

    private static Map<String, String> keeping(String databaseUrl, String sealedWith) {
        return Map.of(
                "DATABASE_URL",
                databaseUrl,
                "REDIS_URL",
                TestServers.freshRedis(),
                "KEY_ENCRYPTION_KEY",
                sealedWith.repeat(32));
    }

    /** Who speaks when this key is known to sign: another instance may sign with the one before for a moment. */
    private OAuthCaller signingWith(String kid) throws ParseException {
        Patience.until("signs with " + kid, () -> kid(keyKeeper()).equals(kid));
        Patience.until(
                "is known to the verifiers",
                () -> product.json("GET", KEYS, keyKeeper(), "").status() == 200);
        return new OAuthCaller(product);
    }

    private Reply withdraw(String kid, String bearer) {
        return product.json("POST", KEYS + "/" + kid + "/withdraw", bearer, "");
    }

    private String issuer() {
        return new Discovery(product).metadata().path("issuer").asText();
    }

    private String keyKeeper() {
        return product.administrator("keys:write");
    }

    private String status(String kid) {
        JsonNode ring = product.json("GET", KEYS, keyKeeper(), "").json().path("data");
        return StreamSupport.stream(ring.spliterator(), false)
                .filter(key -> key.path("kid").asText().equals(kid))
                .findFirst()
                .orElseThrow()
                .path("status")
                .asText();
    }

    private static List<JsonNode> rotations(RunningProduct product, String kid) {
        return Patience.until(
                "the rotation in the log",
                () -> StreamSupport.stream(
                                product.json("GET", "/api/v1/audit?action=key.rotated", product.administrator(), "")
                                        .json()
                                        .path("data")
                                        .spliterator(),
                                false)
                        .filter(event ->
                                event.path("metadata").path("kid").asText().equals(kid))
                        .toList(),
                found -> !found.isEmpty());
    }

    private static String kid(String token) throws ParseException {
        return SignedJWT.parse(token).getHeader().getKeyID();
    }
}
