package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static ai.sentryagent.idp.standalone.OAuthCaller.INTROSPECT;
import static ai.sentryagent.idp.standalone.OAuthCaller.REVOKE;
import static ai.sentryagent.idp.standalone.OAuthCaller.TOKEN;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How clients and bearers show who they are at the OAuth endpoints: RFC 6749 §2.3, RFC 6750 §3. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClientAuthenticationTest {
    private static final List<String> BASIC = List.of("Basic realm=\"agentidp\", charset=\"UTF-8\"");
    private static final List<String> BEARER = List.of("Bearer error=\"invalid_token\"");
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register();

    @AfterAll
    void stop() {
        product.close();
    }

    private static String percentEncoded(String text) {
        StringBuilder encoded = new StringBuilder();
        text.chars().forEach(c -> encoded.append(String.format("%%%02x", c)));
        return encoded.toString();
    }

    @Test
    void basicWorksInEveryWayOfWritingIt() {
        String id = client.id();
        String encoded = percentEncoded(id) + ":" + percentEncoded(client.secret());
        List<String> headers = List.of(
                client.basic(),
                client.basic().replace("Basic ", "bAsIc "),
                client.basic().replace("Basic ", "Basic   "),
                OAuthCaller.basic(encoded));
        assertThat(headers)
                .allSatisfy(header ->
                        assertThat(caller.post(TOKEN, header, GRANT).status()).isEqualTo(200));
        assertThat(caller.post(TOKEN, client.basic(), GRANT + "&client_id=" + id)
                        .status())
                .isEqualTo(200);
        assertThat(caller.post(TOKEN, client.basic(), GRANT + "&client_id=&client_secret=")
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Basic",
                "Basic !!!",
                "Basic Og==", // a colon alone
                "Basic YWJj", // no colon
                "Basic YWJjOiU=", // abc:%
                "Basic YTpi YTpi",
                "Basic /////w==",
                "Digest username=\"x\"",
                "Bearer x",
                "Bearer",
                "sk_live_0"
            })
    void aHeaderThatProvesNothingIsAFailedAuthentication(String header) {
        Reply refused = caller.post(TOKEN, header, GRANT);
        assertRefused(refused, 401, "invalid_client");
        assertThat(refused.headers()).containsEntry("www-authenticate", BASIC);
    }

    @Test
    void twoWaysOfAuthenticatingAreOneTooMany() {
        String bearer = "Bearer " + caller.token(client, "");
        assertRefused(caller.post(TOKEN, client.basic(), GRANT + "&" + client.form()), 400, "invalid_request");
        assertRefused(caller.post(TOKEN, bearer, GRANT + "&" + client.form()), 400, "invalid_request");
        assertRefused(caller.post(TOKEN, "Basic !!!", GRANT + "&" + client.form()), 400, "invalid_request");
        assertRefused(
                caller.post(TOKEN, client.basic(), GRANT + "&client_id=019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11"),
                400,
                "invalid_request");
        for (String path : List.of(INTROSPECT, REVOKE)) {
            assertRefused(caller.post(path, bearer, "token=a&" + client.form()), 400, "invalid_request");
        }
    }

    @Test
    void anAuthorizationHeaderMayNotBeThereTwice() throws IOException {
        String line = "Authorization: " + client.basic() + "\n";
        assertThat(RawHttp.post(product, TOKEN, "Host: localhost\n" + line, GRANT))
                .startsWith("HTTP/1.1 200");
        assertThat(RawHttp.post(product, TOKEN, "Host: localhost\n" + line + line, GRANT))
                .startsWith("HTTP/1.1 400")
                .contains("\"error\":\"invalid_request\"");
    }

    /** RFC 6749 §5.2 and RFC 9110 §15.5.2. */
    @ParameterizedTest
    @CsvSource({TOKEN, INTROSPECT, REVOKE})
    void aFailedClientIsChallengedForBasic(String path) {
        String form = GRANT + "&token=a";
        String wrong = client.id() + ":sk_live_" + "0".repeat(64);
        Reply byHeader = caller.post(path, OAuthCaller.basic(wrong), form);
        Reply byForm = caller.post(path, "", form + "&client_id=" + wrong.replace(":", "&client_secret="));
        for (Reply refused : List.of(byHeader, byForm)) {
            assertRefused(refused, 401, "invalid_client");
            assertThat(refused.headers()).containsEntry("www-authenticate", BASIC);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {INTROSPECT, REVOKE})
    void aBearerWithoutALiveTokenIsChallengedForOne(String path) {
        String dead = caller.token(client, "");
        assertThat(caller.revoke(client, dead).status()).isEqualTo(200);
        for (String header : List.of("", "Bearer", "Bearer x", "Bearer " + dead, "Digest x", client.id())) {
            Reply refused = caller.post(path, header, "token=a");
            assertRefused(refused, 401, "invalid_token");
            assertThat(refused.headers()).containsEntry("www-authenticate", BEARER);
        }
    }

    @Test
    void aBearerWithoutTheScopeIsToldWhichOneIsMissing() {
        Reply refused = caller.post(INTROSPECT, "Bearer " + caller.token(client, ""), "token=a");
        assertRefused(refused, 403, "insufficient_scope");
        assertThat(refused.json().at("/details/requiredScope").asText()).isEqualTo("tokens:read");
    }
}
