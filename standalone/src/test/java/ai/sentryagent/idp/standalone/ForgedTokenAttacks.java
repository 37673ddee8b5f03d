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

    static Stream<JsonNode> dead() {
        return rows().filter(row -> !isLive(row));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void opensWhatItShouldAndNothingElse(JsonNode row) throws Exception {
        String forged = forge(row, caller.token(client, "tokens:read"));
        if (forged.length() > LONGEST_HEADER || !forged.matches("[ -~]*")) {
            return;
        }
        Reply own = product.json("GET", OAuthCaller.AGENTS + client.id() + "/credentials", forged, "");
        Reply asked = caller.post(INTROSPECT, "Bearer " + forged, "token=" + other);
        if (isLive(row)) {
            assertThat(own.status()).as("%s", own).isEqualTo(200);
            assertThat(asked.text("sub")).as("%s", asked).isEqualTo(client.id());
        } else {
            assertThat(own.status()).as("%s", own).isEqualTo(401);
            assertThat(own.text("code")).isEqualTo("UNAUTHORIZED");
            assertThat(own.header("www-authenticate")).isEqualTo("Bearer error=\"invalid_token\"");
            assertRefused(asked, 401, "invalid_token");
        }
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isAsActiveAsItShouldBeAndNothingMore(JsonNode row) throws Exception {
        String forged = forge(row, caller.token(client, "tokens:read"));
        Reply answer = caller.introspect(client, forged);
        if (isMalformed(row)) {
            assertRefused(answer, 400, "invalid_request");
            return;
        }
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        if (isLive(row)) {
            assertThat(answer.text("sub")).as("%s", answer).isEqualTo(client.id());
        } else {
            assertThat(answer.json().toString()).isEqualTo("{\"active\":false}");
        }
    }

    @ParameterizedTest
    @MethodSource("dead")
    void endsNothing(JsonNode row) throws Exception {
        String live = caller.token(client, "tokens:read");
        String forged = forge(row, live);
        Reply done = caller.post(REVOKE, client.basic(), "token=" + encode(forged));
        assertThat(done.status()).as("%s", done).isEqualTo(isMalformed(row) ? 400 : 200);
        if (forged.length() < LONGEST_HEADER && forged.matches("[ -~]*")) {
            assertRefused(caller.post(REVOKE, "Bearer " + forged, "token=" + live), 401, "invalid_token");
        }
        assertThat(caller.isActive(live)).isTrue();
    }

    private static boolean isLive(JsonNode row) {
        return row.path("expect").asText().equals("live");
    }

    private static boolean isMalformed(JsonNode row) {
        return row.path("expect").asText().equals("malformed");
    }

    private static String forge(JsonNode row, String live) throws Exception {
        return new Forgery(live).of(row);
    }
}
