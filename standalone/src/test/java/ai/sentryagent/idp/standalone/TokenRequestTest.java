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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms of the OAuth endpoints: which are taken, which are refused, and how. RFC 6749 §3.2, §4.4, §5. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TokenRequestTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register();

    @AfterAll
    void stop() {
        product.close();
    }

    /** {@code {client}}, {@code {id}} and {@code {secret}} stand for what a right request holds. */
    private String filled(String form) {
        return form.replace("{client}", client.form())
                .replace("{id}", client.id())
                .replace("{secret}", client.secret());
    }

    @Test
    void aTokenIsAnsweredAsTheRfcSaysAndNeverCached() {
        Reply issued = caller.issue(client, "data:read");
        assertThat(issued.status()).isEqualTo(200);
        assertThat(OAuthCaller.names(issued.json()))
                .containsExactlyInAnyOrder("access_token", "token_type", "expires_in", "scope");
        assertThat(issued.text("token_type")).isEqualTo("Bearer");
        assertThat(issued.json().path("expires_in").isInt()).isTrue();
        assertThat(issued.json().path("expires_in").asInt()).isEqualTo(3_600);
        assertThat(issued.text("scope")).isEqualTo("data:read");
        assertThat(issued.headers())
                .containsEntry("cache-control", List.of("no-store"))
                .containsEntry("pragma", List.of("no-cache"))
                .containsEntry("content-type", List.of("application/json"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    {client}                                                                  | invalid_request
                    grant_type=&{client}                                                      | invalid_request
                    grant_type&{client}                                                       | invalid_request
                    GRANT_TYPE=client_credentials&{client}                                    | invalid_request
                    grant_type=password&{client}&username=u&password=p                        | unsupported_grant_type
                    grant_type=authorization_code&code=x                                      | unsupported_grant_type
                    grant_type=refresh_token&refresh_token=x&{client}                         | unsupported_grant_type
                    grant_type=Client_Credentials&{client}                                    | unsupported_grant_type
                    grant_type=client_credentials+&{client}                                   | unsupported_grant_type
                    grant_type=client_credentials&grant_type=client_credentials&{client}      | invalid_request
                    grant_type=password&grant_type=password&{client}                          | invalid_request
                    grant_type=client_credentials&{client}&scope=data:read&scope=data:read    | invalid_request
                    grant_type=client_credentials&{client}&client_id={id}                     | invalid_request
                    grant_type=client_credentials&{client}&client_secret={secret}             | invalid_request
                    grant_type=client_credentials&{client}&color=red&color=blue               | invalid_request
                    grant_type=client_credentials&{client}&%22%5C%C3%A9%7F=1&%22%5C%C3%A9%7F= | invalid_request
                    grant_type=client_credentials                                             | invalid_request
                    grant_type=client_credentials&client_id={id}                              | invalid_request
                    grant_type=client_credentials&client_secret={secret}                      | invalid_request
                    grant_type=client_credentials&client_id={id}&client_secret=               | invalid_request
                    grant_type=client_credentials&client_id=&client_secret=                   | invalid_request
                    grant_type=client_credentials&{client}&x=%                                | invalid_request
                    grant_type=client_credentials&{client}&x=%zz                              | invalid_request
                    grant_type=client_credentials&{client}&x=%C3                              | invalid_request
                    grant_type=client_credentials&client_id={id}%00&client_secret={secret}    | invalid_request
                    grant_type=client_credentials&{client}&scope=payroll:write                | invalid_scope
                    grant_type=client_credentials&{client}&scope=agents:read                  | invalid_scope
                    """)
    void aRequestThatIsNotRightIsRefusedWithTheRightWord(String form, String error) {
        assertRefused(caller.post(TOKEN, "", filled(form)), 400, error);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "color=red",
                "color",
                "&&",
                "resource=https%3A%2F%2Fapi.example&audience=someone",
                "Scope=agents:read",
                "scope=",
                "scope",
                "note=%00%F0%9F%A4%96",
                "username=u&password=p"
            })
    void whatIsNotKnownOrHasNoValueIsIgnored(String more) {
        Reply issued = caller.post(TOKEN, "", GRANT + "&" + client.form() + "&" + more);
        assertThat(issued.status()).as("%s", issued).isEqualTo(200);
        assertThat(issued.text("scope")).isEqualTo("data:*");

        String token = "token=" + issued.text("access_token") + "&" + client.form() + "&" + more;
        Reply described = caller.post(INTROSPECT, "", token);
        assertThat(described.json().path("active").asBoolean())
                .as("%s", described)
                .isTrue();
        assertThat(caller.post(REVOKE, "", token).status()).isEqualTo(200);
        assertThat(caller.isActive(issued.text("access_token"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {INTROSPECT, REVOKE})
    void aMissingOrRepeatedParameterIsRefusedAtTheOtherEndpointsToo(String path) {
        assertRefused(caller.post(path, client.basic(), ""), 400, "invalid_request");
        assertRefused(caller.post(path, client.basic(), "token="), 400, "invalid_request");
        assertRefused(caller.post(path, client.basic(), "token=a&token=a"), 400, "invalid_request");
        assertRefused(caller.post(path, client.basic(), "token=a&color=a&color=b"), 400, "invalid_request");
        assertRefused(
                caller.post(path, client.basic(), "token=a&client_secret=" + client.secret()), 400, "invalid_request");
    }

    /** RFC 6749 §2.3.1: the secret must not stand in a URL, which is logged on its way. */
    @Test
    void nothingIsReadFromTheQuery() {
        Reply refused = caller.post(TOKEN + "?" + client.form(), "", GRANT);
        assertRefused(refused, 400, "invalid_request");
        assertThat(refused.text("error_description")).doesNotContain(client.secret());
        assertRefused(caller.post(TOKEN + "?color=red", "", GRANT + "&" + client.form()), 400, "invalid_request");
    }
}
