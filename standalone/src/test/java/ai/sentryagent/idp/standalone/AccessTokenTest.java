package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The token as every resource server reads it: RFC 9068, verified by somebody who only knows the issuer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AccessTokenTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Discovery discovery = new Discovery(product);
    private final Client client = caller.register();

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void aTokenIsVerifiedWithTheKeysThatDiscoveryLeadsTo() throws Exception {
        Instant before = Instant.now();
        Reply issued = caller.issue(client, "data:read");
        JWTClaimsSet claims = discovery.verify(
                issued.text("access_token"), discovery.metadata().path("issuer").asText());

        assertThat(claims.getClaims())
                .containsOnlyKeys(
                        "iss",
                        "sub",
                        "client_id",
                        "aud",
                        "exp",
                        "iat",
                        "jti",
                        "scope",
                        "cid",
                        "agent_type",
                        "deployment_env",
                        "agent_epoch",
                        "credential_epoch");
        assertThat(claims.getSubject()).isEqualTo(client.id());
        assertThat(claims.getStringClaim("client_id")).isEqualTo(client.id());
        assertThat(claims.getStringClaim("scope")).isEqualTo("data:read");
        assertThat(claims.getStringClaim("cid")).isEqualTo(client.credentialId());
        assertThat(claims.getStringClaim("agent_type")).isEqualTo("screener");
        assertThat(claims.getStringClaim("deployment_env")).isEqualTo("staging");
        assertThat(UUID.fromString(claims.getJWTID()).version()).isEqualTo(7);
        assertThat(claims.getIssueTime().toInstant())
                .isBetween(before.minusSeconds(1), Instant.now()); // in whole seconds, rounded down
        assertThat(Duration.between(
                        claims.getIssueTime().toInstant(),
                        claims.getExpirationTime().toInstant()))
                .isEqualTo(Duration.ofSeconds(issued.json().path("expires_in").asLong()));
    }

    @Test
    void theHeaderNamesTypeAlgorithmAndKeyAndNothingElse() throws Exception {
        SignedJWT token = SignedJWT.parse(caller.token(client, ""));
        assertThat(token.getHeader().toJSONObject()).containsOnlyKeys("typ", "alg", "kid");
        assertThat(token.getHeader().getType().toString()).isEqualTo("at+jwt");
        assertThat(token.getHeader().getAlgorithm().getName()).isEqualTo("RS256");
        assertThat(token.getHeader().getKeyID())
                .isEqualTo(new RSAKey.Builder((RSAPublicKey) RunningProduct.KEY.getPublic())
                        .build()
                        .computeThumbprint()
                        .toString());
    }

    @Test
    void theAudienceIsOneText() throws Exception {
        String payload = SignedJWT.parse(caller.token(client, "")).getPayload().toString();
        assertThat(payload).contains("\"aud\":\"");
    }

    @Test
    void noTwoTokensAreTheSame() throws Exception {
        String first = caller.token(client, "data:read");
        String second = caller.token(client, "data:read");
        assertThat(SignedJWT.parse(first).getJWTClaimsSet().getJWTID())
                .isLessThan(SignedJWT.parse(second).getJWTClaimsSet().getJWTID());
    }

    @Test
    void theLongestTokenThatAnAgentCanGetIsOneOfOurs() {
        List<String> capabilities = IntStream.range(0, 100)
                .mapToObj(i -> "r%063d:a%063d".formatted(i, i))
                .toList();
        Client able = caller.register(capabilities, List.of());
        String token = caller.token(able, "");
        assertThat(caller.isActive(token)).isTrue();
        assertThat(product.json("GET", "/api/v1/agents/" + able.id() + "/credentials", token, "")
                        .status())
                .isEqualTo(200);
        assertThat(caller.revoke(able, token).status()).isEqualTo(200);
        assertThat(caller.isActive(token)).isFalse();
    }

    @Test
    void theKeysArePublicHalvesThatMayBeCached() throws Exception {
        Reply found = discovery.get(discovery.path("jwks_uri"));
        assertThat(found.headers()).containsEntry("cache-control", List.of("public, max-age=300"));
        assertThat(found.json().path("keys")).isNotEmpty().allSatisfy(key -> assertThat(OAuthCaller.names(key))
                .containsExactlyInAnyOrder("kty", "use", "alg", "kid", "n", "e"));
        for (JWK key : discovery.keys().getKeys()) {
            assertThat(key.isPrivate()).isFalse();
            assertThat(key.getKeyID()).isEqualTo(key.computeThumbprint().toString());
        }
    }
}
