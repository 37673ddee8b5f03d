package ai.sentryagent.idp.runtime.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.TokenConfig;
import ai.sentryagent.idp.schema.tokens.Jwks;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A token that has been verified once is believed no longer than one that is seen for the first time. */
final class AccessTokenVerifierTest {
    private static final String ISSUER = "https://idp.example";
    private static final UUID AGENT = UUID.fromString("019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11");
    private static final Duration LIVES = Duration.ofMinutes(10);

    private final RSAKey key = key();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private Future<Jwks> published = jwks(key);
    private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
    private final Vertx vertx = Vertx.vertx();
    private final KeySet keys = new KeySet(vertx, () -> published, clock);
    private final AccessTokenVerifier verifier =
            new AccessTokenVerifier(keys, new TokenConfig(ISSUER, ISSUER, LIVES), clock);
    private final String token = token();

    AccessTokenVerifierTest() throws JOSEException {}

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void itSaysTheSameOfATokenHoweverOftenItIsShown() {
        Optional<AccessToken> first = verify();
        assertThat(first).map(AccessToken::agentId).contains(AGENT);
        assertThat(verify()).isEqualTo(first);
    }

    @Test
    void itHoldsATokenToItsEnd() {
        assertThat(verify()).isPresent();
        now = now.plus(LIVES).minusMillis(1);
        assertThat(verify()).isPresent();
        now = now.plusMillis(1);
        assertThat(verify()).isEmpty();
    }

    @Test
    void itRefusesATokenFromTheMomentItsKeyIsPublishedNoMore() throws JOSEException {
        assertThat(verify()).isPresent();
        published = jwks(key());
        keys.load().await();
        assertThat(verify()).as("another key by this name").isEmpty();
        published = jwks(key);
        keys.load().await();
        assertThat(verify()).isPresent();
        published = jwks();
        keys.load().await();
        assertThat(verify()).isEmpty();
    }

    @Test
    void itBelievesNoTokenWhoseKeyMayHaveBeenWithdrawn() {
        assertThat(verify()).isPresent();
        published = Future.failedFuture("away");
        now = now.plus(Duration.ofSeconds(61));
        assertThatThrownBy(this::verify).hasMessage("away");
    }

    @Test
    void whatOneTokenSaidIsSaidOfNoOtherText() {
        assertThat(verify()).isPresent();
        assertThat(verifier.verify(token + "A").await()).isEmpty();
        assertThat(verifier.verify(token.substring(1)).await()).isEmpty();
        assertThat(verifier.verify(token + " ").await()).isEmpty();
        assertThat(verifier.verify("\n" + token).await()).isEmpty();
        assertThat(verify()).isPresent();
    }

    private Optional<AccessToken> verify() {
        return verifier.verify(token).await();
    }

    private String token() throws JOSEException {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(ISSUER)
                .audience(ISSUER)
                .subject(AGENT.toString())
                .jwtID(AGENT.toString())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIVES)))
                .claim(Claims.CLIENT_ID, AGENT.toString())
                .claim(Claims.SCOPE, "agents:read")
                .claim(Claims.CREDENTIAL, AGENT.toString())
                .claim(Claims.AGENT_TYPE, "router")
                .claim(Claims.DEPLOYMENT_ENV, "staging")
                .claim(Claims.AGENT_EPOCH, 1)
                .claim(Claims.CREDENTIAL_EPOCH, 1)
                .build();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.RS256)
                .type(Claims.TYPE)
                .keyID(key.getKeyID())
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(new RSASSASigner(key));
        return jwt.serialize();
    }

    private static RSAKey key() throws JOSEException {
        return new RSAKeyGenerator(2_048)
                .keyID("key")
                .algorithm(JWSAlgorithm.RS256)
                .generate();
    }

    private static Future<Jwks> jwks(RSAKey... keys) {
        return Future.succeededFuture(new Jwks(
                List.of(keys).stream()
                        .map(key -> key.toPublicJWK().toJSONObject())
                        .toList(),
                300));
    }
}
