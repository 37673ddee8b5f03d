package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.INTROSPECT;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7662: who sees what of which token. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class IntrospectionTest {
    private static final String DEAD = "{\"active\":false}";
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register();
    private final Client inspector = caller.register(List.of("data:read"), List.of("tokens:read"));
    private final String token = caller.token(client, "data:read");
    private final String inspectors = caller.token(inspector, "tokens:read");

    @AfterAll
    void stop() {
        product.close();
    }

    private void assertDead(Reply reply) {
        assertThat(reply.status()).as("%s", reply).isEqualTo(200);
        assertThat(reply.json().toString()).isEqualTo(DEAD);
        assertThat(reply.headers()).containsEntry("cache-control", List.of("no-store"));
    }

    @Test
    void aLiveTokenIsDescribedAsItsClaimsSay() throws Exception {
        Reply answer = caller.introspect(client, token);
        JWTClaimsSet claims = SignedJWT.parse(token).getJWTClaimsSet();
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers()).containsEntry("cache-control", List.of("no-store"));
        assertThat(OAuthCaller.names(answer.json()))
                .containsExactlyInAnyOrder(
                        "active",
                        "scope",
                        "client_id",
                        "sub",
                        "iss",
                        "aud",
                        "token_type",
                        "exp",
                        "iat",
                        "jti",
                        "cid",
                        "agent_type",
                        "deployment_env");
        assertThat(answer.json().path("active").booleanValue()).isTrue();
        assertThat(answer.text("token_type")).isEqualTo("Bearer");
        assertThat(answer.json().path("exp").longValue())
                .isEqualTo(claims.getExpirationTime().toInstant().getEpochSecond());
        assertThat(answer.json().path("iat").longValue())
                .isEqualTo(claims.getIssueTime().toInstant().getEpochSecond());
        assertThat(answer.text("aud")).isEqualTo(claims.getAudience().get(0));
        for (String same : List.of("scope", "client_id", "sub", "iss", "jti", "cid", "agent_type", "deployment_env")) {
            assertThat(answer.text(same)).as(same).isEqualTo(claims.getStringClaim(same));
        }
    }

    @Test
    void aClientSeesItsOwnTokensOnly() {
        assertThat(caller.introspect(client, token).json().path("active").asBoolean())
                .isTrue();
        assertDead(caller.introspect(caller.register(), token));
    }

    @Test
    void whoMayUseTokensReadSeesAnyToken() {
        for (Reply answer : List.of(
                caller.introspect(inspector, token),
                caller.post(INTROSPECT, inspector.basic(), "token=" + token),
                caller.post(INTROSPECT, "Bearer " + inspectors, "token=" + token))) {
            assertThat(answer.text("client_id")).as("%s", answer).isEqualTo(client.id());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "refresh_token", "urn:example:none", "", "\u00e9"})
    void aHintNeverLeadsAstray(String hint) {
        String form = "token=" + token + "&token_type_hint=" + OAuthCaller.encode(hint);
        assertThat(caller.post(INTROSPECT, client.basic(), form)
                        .json()
                        .path("active")
                        .asBoolean())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "null",
                "..",
                "a.b.c",
                "eyJhbGciOiJub25lIn0.e30.",
                "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.e30.AAAA",
                "sk_live_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
                "019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11",
                "\ud83e\udd16 '; DROP TABLE agents; --"
            })
    void whatIsNoTokenIsInactiveAndNothingMore(String garbage) {
        assertDead(caller.introspect(inspector, garbage));
    }

    @Test
    void aLongTextIsNoToken() {
        assertDead(caller.introspect(inspector, "a".repeat(60_000)));
        assertDead(caller.introspect(inspector, token + "A".repeat(20_000)));
    }
}
