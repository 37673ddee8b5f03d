package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code CORS_ORIGIN}: the named origins, and no others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CrossOriginTest {
    private static final String CONSOLE = "https://console.example";
    private static final String OTHER = "http://localhost:5173";

    private final RunningProduct product =
            RunningProduct.start(Map.of("CORS_ORIGIN", CONSOLE + "," + OTHER, "RATE_LIMIT_MAX_REQUESTS", "1000"));
    private final Management management = Management.of(product);

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {CONSOLE, OTHER})
    void aPageOfANamedOriginReadsAnswersAndTheirHeaders(String origin) {
        Reply reply = get("/api/v1/agents", origin);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("access-control-allow-origin")).isEqualTo(origin);
        assertThat(reply.header("vary")).containsIgnoringCase("origin");
        assertThat(list(reply, "access-control-expose-headers"))
                .contains(
                        "x-request-id",
                        "etag",
                        "location",
                        "retry-after",
                        "x-ratelimit-limit",
                        "x-ratelimit-remaining",
                        "x-ratelimit-reset");
        assertThat(reply.header("access-control-allow-credentials")).isEmpty();
    }

    @Test
    void anErrorIsReadableToo() {
        Reply reply = get("/api/v1/agents?x=1", CONSOLE);
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.header("access-control-allow-origin")).isEqualTo(CONSOLE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "POST", "PATCH", "DELETE"})
    void aPreflightAllowsWhatTheApiTakes(String method) {
        Reply reply = preflight(CONSOLE, method);
        assertThat(reply.status()).isEqualTo(204);
        assertThat(reply.header("access-control-allow-origin")).isEqualTo(CONSOLE);
        assertThat(list(reply, "access-control-allow-methods")).contains(method.toLowerCase(Locale.ROOT));
        assertThat(list(reply, "access-control-allow-headers"))
                .contains("authorization", "content-type", "if-match", "if-none-match", "x-request-id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "http://console.example",
                "https://console.example:8443",
                "https://console.example.evil.example",
                "https://sub.console.example"
            })
    void aStrangerIsServedButItsPagesMayNotRead(String origin) {
        Reply reply = get("/api/v1/agents", origin);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("access-control-allow-origin")).isEmpty();
        assertThat(reply.header("vary")).containsIgnoringCase("origin");
        Reply preflight = preflight(origin, "DELETE");
        assertThat(preflight.status()).isEqualTo(405);
        assertThat(preflight.header("access-control-allow-origin")).isEmpty();
    }

    @Test
    void aCallerWithoutAnOriginIsServedAsEver() {
        Reply reply = management.get("/api/v1/agents");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("access-control-allow-origin")).isEmpty();
        assertThat(reply.header("vary")).containsIgnoringCase("origin");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://console.example/",
                "https://console.example/app",
                "https://Console.example",
                "console.example",
                "localhost:5173",
                "https://*.console.example",
                "null",
                CONSOLE + ",https://",
                CONSOLE + ",*",
                "*," + CONSOLE,
                CONSOLE + " " + OTHER
            })
    void anOriginThatNoBrowserSendsEndsTheStart(String origins) {
        assertThatThrownBy(() -> RunningProduct.start(Map.of("CORS_ORIGIN", origins)))
                .hasStackTraceContaining("CORS_ORIGIN must be");
    }

    @Test
    void theOriginOfAnAppIsOneLikeAnother() {
        try (RunningProduct one = RunningProduct.start(Map.of("CORS_ORIGIN", "capacitor://localhost"))) {
            assertThat(one.send("GET", "/openapi.json", Map.of("origin", "capacitor://localhost"), "")
                            .header("access-control-allow-origin"))
                    .isEqualTo("capacitor://localhost");
        }
    }

    @Test
    void whatCachesKeepIsForTheOriginThatAskedAlsoWhereThereIsButOne() {
        try (RunningProduct one = RunningProduct.start(Map.of("CORS_ORIGIN", CONSOLE))) {
            for (Map<String, String> headers : List.of(Map.<String, String>of(), Map.of("origin", CONSOLE))) {
                Reply reply = one.send("GET", "/.well-known/jwks.json", headers, "");
                assertThat(reply.header("cache-control")).contains("public");
                assertThat(reply.header("vary")).containsIgnoringCase("origin");
            }
        }
    }

    @Test
    void theAsteriskNamesAll() {
        try (RunningProduct open = RunningProduct.start(Map.of("CORS_ORIGIN", "*"))) {
            for (String origin : List.of(OTHER, "null", "capacitor://localhost", "x", "https://", "https://a:b:c")) {
                Reply reply = open.send("GET", "/openapi.json", Map.of("origin", origin), "");
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("access-control-allow-origin")).isEqualTo("*");
            }
        }
    }

    private Reply get(String path, String origin) {
        return product.send("GET", path, Map.of("authorization", "Bearer " + management.token(), "origin", origin), "");
    }

    private Reply preflight(String origin, String method) {
        Map<String, String> headers = new LinkedHashMap<>(Map.of("origin", origin));
        headers.put("access-control-request-method", method);
        headers.put("access-control-request-headers", "authorization,content-type");
        return product.send("OPTIONS", "/api/v1/agents", headers, "");
    }

    private static List<String> list(Reply reply, String header) {
        return Arrays.asList(reply.header(header).toLowerCase(Locale.ROOT).split(", ?", -1));
    }
}
