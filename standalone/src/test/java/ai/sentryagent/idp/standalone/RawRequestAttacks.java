package ai.sentryagent.idp.standalone;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of {@code raw-requests.yaml}: as many answers as there were requests, and none to what was hidden in another. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RawRequestAttacks {
    private static final Pattern ANSWER = Pattern.compile("HTTP/[0-9.]+ ([0-9]{3}) ");
    private static final String LAST = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private final Witness witness;
    private final RunningProduct product;
    private final OAuthCaller caller;
    private final Client plain;
    private final String token;
    private final String form;

    RawRequestAttacks(Target target) {
        witness = target.witness();
        product = target.product();
        caller = target.caller();
        plain = caller.register();
        token = caller.token(plain, "");
        form = OAuthCaller.GRANT + "&" + plain.form();
    }

    static Stream<JsonNode> rows() {
        return Rows.of("attacks/raw-requests.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void getsAsManyAnswersAsItIsRequests(JsonNode row) throws IOException {
        String head = row.has("raw")
                ? row.path("raw").asText()
                : String.join("\r\n", Rows.texts(row.path("head"))) + "\r\n\r\n";
        String answers = exchange(filled(head + row.path("body").asText()) + LAST);
        if (!answers.contains("access_token")) {
            witness.sawError(answers);
        }
        assertThat(ANSWER.matcher(answers)
                        .results()
                        .map(found -> found.group(1))
                        .toList())
                .as(answers)
                .isEqualTo(Rows.texts(row.path("answers")));
        assertThat(answers).doesNotContain("Exception", "\tat ", "root:");
    }

    /** RFC 8414 §3.3: who believes a host that the client chose believes the client. */
    @ParameterizedTest
    @ValueSource(strings = {"/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"})
    void noHeaderSaysWhoTheIssuerIs(String path) {
        String issuer = product.send("GET", path, Map.of(), "").text("issuer");
        for (Map<String, String> headers : List.of(
                Map.of("x-forwarded-host", "evil.example", "x-forwarded-proto", "https"),
                Map.of("forwarded", "host=evil.example;proto=https"),
                Map.of("x-forwarded-prefix", "/evil", "x-forwarded-port", "1"))) {
            assertThat(product.send("GET", path, headers, "").json().toString())
                    .doesNotContain("evil")
                    .contains(issuer);
        }
    }

    @Test
    void theHostHeaderIsRepeatedNowhere() throws IOException {
        for (String path : RunningProduct.CONTRACT.methods().keySet()) {
            String answer = exchange("GET " + path.replaceAll("[{}]", "") + " HTTP/1.1\r\nHost: evil.example\r\n"
                    + "Connection: close\r\nAuthorization: Bearer " + caller.admin() + "\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 ").doesNotContain("evil.example");
        }
    }

    private String filled(String text) {
        return Rows.expanded(text)
                .replace("{bearer}", caller.admin())
                .replace("{plain}", token)
                .replace("{agent}", plain.id())
                .replace("{form}", form)
                .replace("{length}", String.valueOf(form.length()));
    }

    private String exchange(String bytes) throws IOException {
        URI url = URI.create(product.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(bytes.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }
}
