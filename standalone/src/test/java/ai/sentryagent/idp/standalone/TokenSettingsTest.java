package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What an installation decides about its tokens: ISSUER_URL, TOKEN_AUDIENCE, TOKEN_TTL_SECONDS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenSettingsTest {
    private static final String FORGED =
            """
            Host: evil.example
            X-Forwarded-Host: evil.example
            X-Forwarded-Proto: http
            Forwarded: host=evil.example
            """;
    private static final String ISSUER = "https://id.example/agents";
    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of(
            "DATABASE_URL",
            database,
            "ISSUER_URL",
            ISSUER,
            "TOKEN_AUDIENCE",
            "https://api.example",
            "TOKEN_TTL_SECONDS",
            "2"));
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register();

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void theTokenSaysWhatTheSettingsSay() throws Exception {
        Reply issued = caller.issue(client, "");
        JWTClaimsSet claims = SignedJWT.parse(issued.text("access_token")).getJWTClaimsSet();
        assertThat(claims.getIssuer()).isEqualTo(ISSUER);
        assertThat(claims.getAudience()).isEqualTo(List.of("https://api.example"));
        assertThat(issued.json().path("expires_in").asLong()).isEqualTo(2);
        assertThat(claims.getExpirationTime().toInstant())
                .isEqualTo(claims.getIssueTime().toInstant().plusSeconds(2));
    }

    @Test
    void everyUrlOfTheMetadataBeginsWithTheIssuer() {
        Discovery discovery = new Discovery(product);
        assertThat(discovery.metadata().path("issuer").asText()).isEqualTo(ISSUER);
        assertThat(discovery.metadata().properties())
                .filteredOn(member -> member.getValue().isTextual())
                .hasSizeGreaterThan(4)
                .allSatisfy(member -> assertThat(member.getValue().asText()).startsWith(ISSUER));
    }

    @Test
    void aTokenIsDeadWhenItsTimeIsOver() {
        String token = caller.token(client, "");
        Patience.until(
                "the token's end",
                () -> caller.introspect(client, token).json().toString(),
                "{\"active\":false}"::equals);
        Reply refused = caller.post(OAuthCaller.REVOKE, "Bearer " + token, "token=a");
        assertRefused(refused, 401, "invalid_token");
        assertThat(caller.revoke(client, token).status()).isEqualTo(200);
    }

    /** Tokens may be from before the setting was lowered, or of an instance where it is another. */
    @Test
    void aMarkStandsForAsLongAsAnyTokenMayLive() throws SQLException {
        Client stopped = caller.register();
        caller.authenticateAgain();
        Reply suspended =
                product.json("PATCH", OAuthCaller.AGENTS + stopped.id(), caller.admin(), "{\"status\":\"suspended\"}");
        assertThat(suspended.status()).as("%s", suspended).isEqualTo(200);
        assertThat(Sql.selectAll(
                        database,
                        "SELECT id::text FROM tokens.revocations WHERE expires_at > now() + interval '24 hours'"))
                .containsExactly(stopped.id());
    }

    /** Whoever sends the Host header would else choose whom others trust. */
    @Test
    void theIssuerNeverComesFromTheRequest() throws Exception {
        String metadata = RawHttp.get(product, Discovery.METADATA, FORGED);
        assertThat(metadata).startsWith("HTTP/1.1 200").contains(ISSUER).doesNotContain("evil");

        String form = OAuthCaller.GRANT + "&" + client.form();
        String issued = RawHttp.post(product, OAuthCaller.TOKEN, FORGED, form);
        assertThat(issued).startsWith("HTTP/1.1 200");
        String token = issued.replaceAll("(?s).*\"access_token\":\"([^\"]+)\".*", "$1");
        assertThat(SignedJWT.parse(token).getJWTClaimsSet().getIssuer()).isEqualTo(ISSUER);
    }
}
