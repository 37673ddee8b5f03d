package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.INTROSPECT;
import static ai.sentryagent.idp.standalone.OAuthCaller.REVOKE;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static ai.sentryagent.idp.standalone.OAuthCaller.encode;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of {@code forged-tokens.yaml}, presented wherever a token can be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ForgedTokenAttacks {
    /** What a gateway reads of one header; the longest forged token goes into forms only. */
    private static final int LONGEST_HEADER = 8_000;

    private final RunningProduct product;
    private final OAuthCaller caller;
    private final Client client;
    private final String other;

    ForgedTokenAttacks(Target target) {
        product = target.product();
        caller = target.caller();
        client = caller.register(List.of("data:*"), List.of("tokens:read"));
        other = caller.token(client, "");
    }

    static Stream<JsonNode> rows() {
        return Rows.of("attacks/forged-tokens.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void opensDescribesAndEndsWhatItShouldAndNothingElse(JsonNode row) throws Exception {
        String live = caller.token(client, "tokens:read");
        String forged = new Forgery(live).of(row);
        String expected = row.path("expect").asText("dead");
        boolean isLive = expected.equals("live");
        if (forged.length() < LONGEST_HEADER && forged.matches("[ -~]*")) {
            assertBearer(forged, isLive);
            if (!isLive) {
                assertRefused(caller.post(REVOKE, "Bearer " + forged, "token=" + live), 401, "invalid_token");
            }
        }
        assertDescribed(caller.introspect(client, forged), expected);
        Reply ended = caller.post(REVOKE, client.basic(), "token=" + encode(forged));
        assertThat(ended.status()).as("%s", ended).isEqualTo(expected.equals("malformed") ? 400 : 200);
        assertThat(caller.isActive(live)).isEqualTo(!isLive); // what lives has the same jti
    }

    private void assertBearer(String forged, boolean isLive) {
        Reply own = product.json("GET", OAuthCaller.AGENTS + client.id() + "/credentials", forged, "");
        Reply asked = caller.post(INTROSPECT, "Bearer " + forged, "token=" + other);
        if (isLive) {
            assertThat(own.status()).as("%s", own).isEqualTo(200);
            assertThat(asked.text("sub")).as("%s", asked).isEqualTo(client.id());
        } else {
            assertThat(own.status()).as("%s", own).isEqualTo(401);
            assertThat(own.text("code")).isEqualTo("UNAUTHORIZED");
            assertThat(own.header("www-authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
            assertRefused(asked, 401, "invalid_token");
        }
    }

    private void assertDescribed(Reply answer, String expected) {
        switch (expected) {
            case "live" -> assertThat(answer.text("sub")).as("%s", answer).isEqualTo(client.id());
            case "dead" -> assertThat(answer.json().toString()).isEqualTo("{\"active\":false}");
            default -> assertRefused(answer, 400, "invalid_request");
        }
    }
}
