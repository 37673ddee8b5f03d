package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every answer carries, whatever becomes of the request. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RequestFrameTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Management management = Management.of(product);

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "5b0f6c1e9a7d4e21", "A.b_c-9", "01a211e0-2caa-76ee-9578-b9c9ca97aff9"})
    void keepsASaneRequestId(String id) {
        assertThat(answerTo(id).header("x-request-id")).isEqualTo(id);
        assertThat(answerTo("x".repeat(128)).header("x-request-id")).isEqualTo("x".repeat(128));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a\"b", "{\"a\":1}", "<script>", "a,b", "é"})
    void replacesAnotherRequestIdAndRefusesNothing(String id) {
        Reply reply = answerTo(id);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(UUID.fromString(reply.header("x-request-id")).version()).isEqualTo(7);
        assertThat(UUID.fromString(answerTo("x".repeat(129)).header("x-request-id")))
                .isNotNull();
    }

    @Test
    void theRequestIdIsInTheAuditEventOfTheCall() {
        Map<String, String> headers = Map.of(
                "authorization", "Bearer " + management.token(),
                "content-type", "application/json",
                "x-request-id", "the-name-of-this-call");
        Reply made = product.send(
                "POST", Management.AGENTS, headers, Management.registration().toString());
        assertThat(made.status()).isEqualTo(201);
        assertThat(new AuditTrail(management)
                        .of(made.text("agentId"), "agent.created")
                        .path("requestId")
                        .asText())
                .isEqualTo("the-name-of-this-call");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /health, 200",
        "GET, /api/v1/agents, 401",
        "GET, /api/v1/audit?x=1, 401",
        "PUT, /metrics, 405",
        "GET, /nowhere, 404",
        "POST, /api/v1/token, 415"
    })
    void nothingIsSniffedFramedOrKept(String method, String path, int status) {
        Reply reply = product.send(method, path, Map.of(), "");
        assertThat(reply.status()).isEqualTo(status);
        assertThat(reply.header("x-content-type-options")).isEqualTo("nosniff");
        assertThat(reply.header("x-frame-options")).isEqualTo("DENY");
        assertThat(reply.header("content-security-policy")).contains("default-src 'none'", "frame-ancestors 'none'");
        assertThat(reply.header("referrer-policy")).isEqualTo("no-referrer");
        assertThat(reply.header("cache-control")).isEqualTo("no-store");
        assertThat(reply.header("server")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/openapi.json", "/docs", "/.well-known/jwks.json", "/.well-known/oauth-authorization-server"})
    void whatIsPublicMayBeKept(String path) {
        assertThat(management.get(path).header("cache-control")).startsWith("public, max-age=");
    }

    @Test
    void withoutCorsNoOriginIsLetIn() {
        Map<String, String> origin = Map.of("origin", "https://app.example", "access-control-request-method", "GET");
        assertThat(product.send("GET", "/health", origin, "").headers())
                .noneSatisfy((name, value) -> assertThat(name).startsWith("access-control"));
        Reply preflight = product.send("OPTIONS", Management.AGENTS, origin, "");
        assertThat(preflight.status()).isEqualTo(405);
        assertThat(preflight.headers())
                .noneSatisfy((name, value) -> assertThat(name).startsWith("access-control"));
    }

    /** A proxy that passes the upgrade on would pass on all that follows, with whatever X-Forwarded-For it brings. */
    @Test
    void aConnectionStaysInTheProtocolThatAProxyUnderstands() throws Exception {
        String answer = RawHttp.get(
                product,
                "/health/live",
                """
                Host: localhost
                Connection: Upgrade, HTTP2-Settings
                Upgrade: h2c
                HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA
                """);
        assertThat(answer).startsWith("HTTP/1.1 200");
    }

    private Reply answerTo(String id) {
        return product.send("GET", "/health/live", Map.of("x-request-id", id), "");
    }
}
