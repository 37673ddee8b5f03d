package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of {@code client-authentication.yaml}, at every endpoint that takes clients; and secrets cut at every place. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class AuthenticationAttacks {
    /** The innermost first. */
    private static final Pattern ENCODED = Pattern.compile("b64\\(([^()]*)\\)");

    private static final List<String> ENDPOINTS = List.of("/token", "/token/introspect", "/token/revoke");

    private final RunningProduct product;
    private final OAuthCaller caller;
    private final Client client;
    private final Client other;

    AuthenticationAttacks(Target target) {
        product = target.product();
        caller = target.caller();
        client = caller.register();
        other = caller.register();
    }

    static Stream<JsonNode> rows() {
        return Rows.of("attacks/client-authentication.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void getsWhatItShouldAndNothingElse(JsonNode row) {
        String[] expected = row.path("expect").asText().split(" ", -1);
        for (String endpoint : row.has("at") ? List.of(row.path("at").asText()) : ENDPOINTS) {
            String around = endpoint.equals("/token") ? GRANT : "token=x";
            String form =
                    row.has("form") ? around + "&" + filled(row.path("form").asText()) : around;
            String path = "/api/v1" + endpoint + filled(row.path("query").asText());
            Reply reply = product.send(
                    "POST",
                    path,
                    headers(row),
                    row.has("body") ? filled(row.path("body").asText()) : form);
            if (expected.length == 1) {
                assertThat(reply.status()).as("%s", reply).isEqualTo(200);
            } else {
                assertRefused(reply, Integer.parseInt(expected[0]), expected[1]);
                assertThat(reply.json().toString())
                        .doesNotContain(client.secret().substring(8), "java.", "Exception");
            }
        }
    }

    /** bcrypt reads 72 bytes, which is how long a secret is. */
    @Test
    void noPartOfASecretIsOne() {
        String secret = client.secret();
        for (int cut = 1; cut < secret.length(); cut++) {
            String start = secret.substring(0, cut);
            assertRefused(caller.issue(new Client(client.id(), "", start), ""), 401, "invalid_client");
            String rest = "0".repeat(secret.length() - cut);
            if (!secret.endsWith(rest)) {
                assertRefused(caller.issue(new Client(client.id(), "", start + rest), ""), 401, "invalid_client");
            }
        }
        assertThat(caller.issue(client, "").status()).isEqualTo(200);
    }

    @Test
    void aCredentialIsRightUntilItsEndAndNotAMomentLonger() {
        Instant end = Instant.now().plusMillis(1_500).truncatedTo(ChronoUnit.MILLIS); // what the product counts in
        Client brief = caller.credential(other.id(), "{\"expiresAt\":\"" + end + "\"}");
        boolean wasRight = false;
        Instant asked = Instant.now();
        while (asked.isBefore(end.plusMillis(200))) {
            asked = Instant.now();
            int status = caller.issue(brief, "").status();
            Instant answered = Instant.now();
            if (answered.isBefore(end)) {
                assertThat(status).isEqualTo(200);
                wasRight = true;
            } else if (!asked.isBefore(end)) {
                assertThat(status).isEqualTo(401);
            }
        }
        assertThat(wasRight).isTrue();
    }

    private Map<String, String> headers(JsonNode row) {
        Map<String, String> headers = new HashMap<>();
        headers.put("content-type", row.path("type").asText("application/x-www-form-urlencoded"));
        if (row.has("basic")) {
            headers.put(
                    "authorization",
                    encoded("Basic b64(" + filled(row.path("basic").asText()) + ")"));
        } else if (row.has("authorization")) {
            headers.put(
                    "authorization", encoded(filled(row.path("authorization").asText())));
        }
        row.path("headers")
                .properties()
                .forEach(header -> headers.put(
                        header.getKey(), encoded(filled(header.getValue().asText()))));
        return headers;
    }

    private static String encoded(String text) {
        Matcher found = ENCODED.matcher(text);
        return found.find()
                ? encoded(found.replaceFirst(Matcher.quoteReplacement(
                        Base64.getEncoder().encodeToString(found.group(1).getBytes(StandardCharsets.UTF_8)))))
                : text;
    }

    private String filled(String text) {
        String secret = client.secret();
        return Rows.expanded(text)
                .replace("{id}", client.id())
                .replace("{secret}", secret)
                .replace("{secret:upper}", secret.toUpperCase(Locale.ROOT))
                .replace("{secret:digits}", secret.substring(8))
                .replace("{secret:tail}", secret.substring(1))
                .replace("{secret:wide}", OAuthCaller.encode(wide(secret)))
                .replace("{other}", other.id())
                .replace("{othersecret}", other.secret());
    }

    private static String wide(String text) {
        StringBuilder wide = new StringBuilder();
        text.chars().map(c -> c >= '0' && c <= '9' ? c - '0' + '\uff10' : c).forEach(wide::appendCodePoint);
        return wide.toString();
    }
}
