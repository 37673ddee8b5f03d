package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.REVOKE;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.nimbusds.jwt.SignedJWT;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7009: who ends which token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RevocationTest {
    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register();

    @AfterAll
    void stop() {
        product.close();
    }

    private static void assertDone(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.json().asText()).isEmpty();
        assertThat(reply.headers()).containsEntry("cache-control", List.of("no-store"));
    }

    @Test
    void aClientEndsItsOwnTokenInEachWayOfAuthenticating() {
        String byForm = caller.token(client, "");
        String byBasic = caller.token(client, "");
        String byItself = caller.token(client, "");
        assertDone(caller.revoke(client, byForm));
        assertDone(caller.post(REVOKE, client.basic(), "token=" + byBasic));
        assertDone(caller.post(REVOKE, "Bearer " + byItself, "token=" + byItself));
        assertThat(List.of(byForm, byBasic, byItself)).noneMatch(caller::isActive);
    }

    @Test
    void anotherTokenOfTheClientLivesOn() {
        String one = caller.token(client, "");
        String other = caller.token(client, "");
        assertDone(caller.revoke(client, one));
        assertThat(caller.isActive(other)).isTrue();
    }

    @Test
    void anothersTokenTakesTokensWrite() {
        String token = caller.token(client, "");
        Client stranger = caller.register();
        String bearer = "Bearer " + caller.token(stranger, "");
        for (Reply refused : List.of(caller.revoke(stranger, token), caller.post(REVOKE, bearer, "token=" + token))) {
            assertRefused(refused, 403, "insufficient_scope");
            assertThat(refused.json().at("/details/requiredScope").asText()).isEqualTo("tokens:write");
        }
        assertThat(caller.isActive(token)).isTrue();

        Client guard = caller.register(List.of("data:read"), List.of("tokens:write"));
        assertDone(caller.revoke(guard, token));
        assertThat(caller.isActive(token)).isFalse();
        String second = caller.token(client, "");
        assertDone(caller.post(REVOKE, "Bearer " + caller.token(guard, "tokens:write"), "token=" + second));
        assertThat(caller.isActive(second)).isFalse();
        String third = caller.token(client, "");
        assertRefused(
                caller.post(REVOKE, "Bearer " + caller.token(guard, "data:read"), "token=" + third),
                403,
                "insufficient_scope");
        assertThat(caller.isActive(third)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11"})
    void whatIsNoTokenIsAsDeadAsItShouldBe(String garbage) {
        assertDone(caller.revoke(client, garbage));
        assertDone(caller.post(REVOKE, client.basic(), "token_type_hint=refresh_token&token=" + garbage));
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "refresh_token", "urn:example:none", ""})
    void aHintNeverLeadsAstray(String hint) {
        String token = caller.token(client, "");
        assertDone(caller.post(REVOKE, client.basic(), "token=" + token + "&token_type_hint=" + hint));
        assertThat(caller.isActive(token)).isFalse();
    }

    @Test
    void aTokenDiesOnceHoweverOftenItIsRevoked() throws Exception {
        Client other = caller.register();
        String token = caller.token(other, "data:read");
        assertThat(IntStream.range(0, 8).parallel().mapToObj(i -> caller.revoke(other, token)))
                .allSatisfy(RevocationTest::assertDone);
        assertDone(caller.revoke(other, token));

        new Outboxes(database).untilEmpty();
        Reply events =
                product.json("GET", "/api/v1/audit?action=token.revoked&agentId=" + other.id(), caller.admin(), "");
        assertThat(events.json().path("total").asLong()).isEqualTo(1);
        assertThat(events.json().at("/data/0/metadata/jti").asText())
                .isEqualTo(SignedJWT.parse(token).getJWTClaimsSet().getJWTID());
        assertThat(events.json().at("/data/0/metadata/credentialId").asText()).isEqualTo(other.credentialId());
        assertThat(events.json().at("/data/0/metadata/scope").asText()).isEqualTo("data:read");
        assertThat(events.json().at("/data/0/actorId").asText()).isEqualTo(other.id());
    }

    /** More than are deleted at once. */
    @Test
    void whatHasExpiredIsDeletedAndNothingElse() throws SQLException {
        String elsewhere = TestServers.freshDatabase();
        Map<String, String> settings = Map.of("DATABASE_URL", elsewhere);
        RunningProduct.start(settings).close(); // makes the tables
        Sql.update(
                elsewhere,
                "INSERT INTO tokens.revocations (kind, id, epoch, expires_at) SELECT 'token', gen_random_uuid(), 1,"
                        + " now() + (n - 5000.5) * interval '1 day' FROM generate_series(1, 5003) AS n");
        RunningProduct again = RunningProduct.start(settings);
        try {
            Patience.until(
                    "only what lives",
                    () -> Sql.number(elsewhere, "SELECT count(*) FROM tokens.revocations"),
                    left -> left == 3);
        } finally {
            again.close();
        }
    }
}
