package ai.sentryagent.idp.standalone;

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

/** Which scope a token gets: RFC 6749 §3.3, capabilities and management scopes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScopeRulesTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register(List.of("data:*", "mail:send"), List.of("agents:read", "audit:read"));

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    ''                           | data:* mail:send
                    data:read                    | data:read
                    data:*                       | data:*
                    data:a_b.c-9                 | data:a_b.c-9
                    mail:send data:read          | mail:send data:read
                    data:read data:read          | data:read
                    data:read mail:send data:read| data:read mail:send
                    data:* data:read             | data:* data:read
                    agents:read                  | agents:read
                    data:read agents:read        | data:read agents:read
                    agents:read audit:read       | agents:read audit:read
                    """)
    void whatIsCoveredIsGrantedOnceEachAndNothingMore(String asked, String granted) {
        Reply issued = caller.issue(client, asked);
        assertThat(issued.status()).as("%s", issued).isEqualTo(200);
        assertThat(issued.text("scope")).isEqualTo(granted);
        assertThat(caller.introspect(client, issued.text("access_token")).text("scope"))
                .isEqualTo(granted);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mail:read",
                "mail:*",
                "mail:send mail:read",
                "data",
                "data:",
                ":read",
                "*",
                "*:*",
                "data:**",
                "data:read:all",
                "data:READ",
                "DATA:read",
                "data:re%ad",
                "database:read",
                "agents:write",
                "agents:*",
                "agents:read agents:write",
                "tokens:read",
                "keys:write",
                "openid",
                "data:read  mail:send",
                " data:read",
                "data:read ",
                "data:read\tmail:send",
                "data:\"read\"",
                "data:\\",
                "data:é",
                "data:\u007f"
            })
    void whatIsNotWhollyCoveredOrNotAScopeIsRefused(String asked) {
        assertRefused(caller.issue(client, asked), 400, "invalid_scope");
    }

    @Test
    void anActionMayBeSixtyFourCharactersLong() {
        assertThat(caller.issue(client, "data:" + "a".repeat(64)).status()).isEqualTo(200);
        assertRefused(caller.issue(client, "data:" + "a".repeat(65)), 400, "invalid_scope");
    }

    @Test
    void aManagementScopeThatIsTakenAwayCannotBeAskedForAnyLonger() {
        Client former = caller.register(List.of("data:read"), List.of("audit:read"));
        assertThat(caller.issue(former, "audit:read").status()).isEqualTo(200);
        Reply changed = product.json("PATCH", OAuthCaller.AGENTS + former.id(), caller.admin(), "{\"scopes\":[]}");
        assertThat(changed.status()).isEqualTo(200);
        assertRefused(caller.issue(former, "audit:read"), 400, "invalid_scope");
        assertThat(caller.issue(former, "").text("scope")).isEqualTo("data:read");
    }
}
