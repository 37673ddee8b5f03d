package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 8414: every word of the metadata is true of the server that says it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ServerMetadataTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Discovery discovery = new Discovery(product);
    private final JsonNode metadata = discovery.metadata();
    private final Client client = caller.register();

    @AfterAll
    void stop() {
        product.close();
    }

    private static List<String> texts(JsonNode array) {
        return array.valueStream().map(JsonNode::asText).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {Discovery.METADATA, Discovery.OPENID})
    void anyoneMayReadAndCacheIt(String path) {
        Reply found = discovery.get(path);
        assertThat(found.status()).isEqualTo(200);
        assertThat(found.headers())
                .containsEntry("content-type", List.of("application/json"))
                .containsEntry("cache-control", List.of("public, max-age=300"));
    }

    @Test
    void itSaysThisAndNothingElse() {
        assertThat(OAuthCaller.names(metadata))
                .containsExactlyInAnyOrder(
                        "issuer",
                        "token_endpoint",
                        "introspection_endpoint",
                        "revocation_endpoint",
                        "jwks_uri",
                        "scopes_supported",
                        "response_types_supported",
                        "grant_types_supported",
                        "token_endpoint_auth_methods_supported",
                        "introspection_endpoint_auth_methods_supported",
                        "revocation_endpoint_auth_methods_supported");
        assertThat(metadata.path("response_types_supported")).isEmpty();
        assertThat(texts(metadata.path("grant_types_supported"))).containsExactly("client_credentials");
    }

    @ParameterizedTest
    @CsvSource({
        "token_endpoint, client_secret_basic client_secret_post",
        "introspection_endpoint, client_secret_basic client_secret_post Bearer",
        "revocation_endpoint, client_secret_basic client_secret_post"
    })
    void everyEndpointIsThereAndTakesTheMethodsItNames(String endpoint, String methods) {
        List<String> named = texts(metadata.path(endpoint + "_auth_methods_supported"));
        assertThat(named).containsExactly(methods.split(" "));
        String path = discovery.path(endpoint);
        Map<String, String> headers = Map.of(
                "client_secret_basic", client.basic(), "client_secret_post", "", "Bearer", "Bearer " + caller.admin());
        for (String method : named) {
            String form = GRANT + "&token=x" + (method.equals("client_secret_post") ? "&" + client.form() : "");
            Reply reply = caller.post(path, headers.getOrDefault(method, "unknown"), form);
            assertThat(reply.status()).as("%s at %s: %s", method, path, reply).isEqualTo(200);
        }
    }

    @Test
    void everyScopeItNamesCanBeAskedFor() throws ParseException {
        List<String> scopes = texts(metadata.path("scopes_supported"));
        assertThat(scopes)
                .containsExactly(
                        "agents:read", "agents:write", "tokens:read", "tokens:write", "audit:read", "keys:write");
        String administrator = SignedJWT.parse(caller.admin()).getJWTClaimsSet().getSubject();
        String all = String.join(" ", scopes);
        assertThat(product.token(administrator, RunningProduct.ADMIN_SECRET, all)
                        .text("scope"))
                .isEqualTo(all);
    }

    @Test
    void openIdClientsFindTheSameServer() {
        ObjectNode openId = discovery.get(Discovery.OPENID).json().deepCopy();
        assertThat(openId.remove("subject_types_supported").toString()).isEqualTo("[\"public\"]");
        assertThat(openId.remove("id_token_signing_alg_values_supported").toString())
                .isEqualTo("[\"RS256\",\"PS256\",\"ES256\"]");
        assertThat((JsonNode) openId).isEqualTo(metadata);
    }
}
