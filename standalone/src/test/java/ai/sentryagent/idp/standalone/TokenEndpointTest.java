package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static ai.sentryagent.idp.standalone.OAuthCaller.INTROSPECT;
import static ai.sentryagent.idp.standalone.OAuthCaller.REVOKE;
import static ai.sentryagent.idp.standalone.OAuthCaller.TOKEN;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The OAuth endpoints as HTTP resources: whatever is wrong, the answer has the form of RFC 6749 §5.2. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenEndpointTest {
    private static final String FORM = "application/x-www-form-urlencoded";
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register();

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/token",
        "PUT, /api/v1/token",
        "PATCH, /api/v1/token",
        "DELETE, /api/v1/token",
        "OPTIONS, /api/v1/token",
        "GET, /api/v1/token/introspect",
        "DELETE, /api/v1/token/introspect",
        "GET, /api/v1/token/revoke",
        "DELETE, /api/v1/token/revoke",
    })
    void anotherMethodIsRefusedAndAllowNamesTheRightOne(String method, String path) {
        Reply refused = product.send(method, path, "", FORM, "");
        assertRefused(refused, 405, "invalid_request");
        assertThat(refused.headers()).containsEntry("allow", List.of("POST"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                TOKEN + "/exchange",
                TOKEN + "/revoke/all",
                TOKEN + "/introspect/019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11"
            })
    void anUnknownPathBelowIsRefusedInTheSameForm(String path) {
        assertRefused(caller.post(path, "", GRANT + "&" + client.form()), 404, "invalid_request");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    application/json
                    text/plain
                    multipart/form-data
                    multipart/form-data; boundary=x
                    application/x-www-form-urlencoded; charset=iso-8859-1
                    application/x-www-form-urlencodedx
                    nonsense
                    """)
    void anotherMediaTypeIsRefused(String mediaType) {
        for (String path : List.of(TOKEN, INTROSPECT, REVOKE)) {
            Reply refused = product.send("POST", path, "", mediaType, GRANT + "&token=a&" + client.form());
            assertRefused(refused, 415, "invalid_request");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {FORM, FORM + "; charset=UTF-8", FORM + ";charset=\"utf-8\"", "Application/X-WWW-Form-UrlEncoded"
            })
    void theMediaTypeOfFormsIsKnownHoweverItIsWritten(String mediaType) {
        assertThat(product.send("POST", TOKEN, "", mediaType, GRANT + "&" + client.form())
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {TOKEN, INTROSPECT, REVOKE})
    void aBodyOverTheLimitIsRefusedAndOneUpToItIsNot(String path) {
        String form = GRANT + "&token=a&" + client.form() + "&padding=";
        String largest = form + "x".repeat(64 * 1024 - form.length());
        assertThat(caller.post(path, "", largest).status()).isEqualTo(200);
        assertRefused(caller.post(path, "", largest + "x"), 413, "invalid_request");
    }
}
