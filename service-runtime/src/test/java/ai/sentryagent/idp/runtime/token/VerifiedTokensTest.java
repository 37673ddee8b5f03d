package ai.sentryagent.idp.runtime.token;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.runtime.token.VerifiedTokens.VerifiedToken;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class VerifiedTokensTest {
    private static final int FAR_TOO_MANY = 50_000;

    private final VerifiedTokens tokens = new VerifiedTokens();
    private final JWSVerifier key = new RSASSAVerifier(new RSAKeyGenerator(2_048).generate());

    VerifiedTokensTest() throws Exception {}

    @Test
    void whatWasUsedLeastRecentlyIsForgottenFirst() {
        put("first", "agents:read");
        put("second", "agents:read");
        for (int i = 0; i < FAR_TOO_MANY; i++) {
            put("token " + i, "agents:read");
            assertThat(knows("first")).isTrue();
        }
        assertThat(knows("second")).isFalse();
    }

    @Test
    void aLongScopeIsNotRemembered() {
        put("long", "s".repeat(10_000));
        put("short", "agents:read");
        assertThat(knows("long")).isFalse();
        assertThat(knows("short")).isTrue();
    }

    private boolean knows(String token) {
        return tokens.get(tokens.digest(token)) != null;
    }

    private void put(String token, String scope) {
        UUID id = UUID.fromString("019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11");
        AccessToken read = new AccessToken(
                id,
                id,
                "issuer",
                "audience",
                Instant.EPOCH,
                Instant.EPOCH,
                scope,
                id,
                1,
                1,
                "router",
                "staging",
                "kid");
        tokens.put(tokens.digest(token), new VerifiedToken(read, JWSAlgorithm.RS256, key));
    }
}
