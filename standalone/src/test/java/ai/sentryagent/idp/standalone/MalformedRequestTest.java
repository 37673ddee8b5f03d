package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client library sends: refused, by nobody's fault but the sender's, and framed like every answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MalformedRequestTest {
    private static final Pattern REPEAT = Pattern.compile("(.)\\{([0-9]+)}");

    private static final String FORM_IN_CHUNKS = "POST /api/v1/token HTTP/1.1;Host: x"
            + ";Content-Type: application/x-www-form-urlencoded;Transfer-Encoding: chunked";

    private final RunningProduct product = RunningProduct.start(Map.of());

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET /%zz HTTP/1.1;Host: x                               | 400 | VALIDATION_ERROR",
                "GET /health%2 HTTP/1.1;Host: x                          | 400 | VALIDATION_ERROR",
                "GET /health?%zz=1 HTTP/1.1;Host: x                      | 400 | VALIDATION_ERROR",
                "GET /openapi.json?a=%f HTTP/1.1;Host: x                 | 400 | VALIDATION_ERROR",
                "POST /api/v1/token?%zz HTTP/1.1;Host: x                 | 415 | invalid_request",
                "GET /health HTTP/1.1                                    | 400 | VALIDATION_ERROR",
                "GET /health HTTP/1.1;Host: x;Host: y                    | 400 | VALIDATION_ERROR",
                "GET health HTTP/1.1;Host: x                             | 404 | NOT_FOUND",
                "OPTIONS * HTTP/1.1;Host: x                              | 404 | NOT_FOUND",
                "CONNECT x:443 HTTP/1.1;Host: x                          | 404 | NOT_FOUND",
                "GET /health HTTP/1.1;Host: x;Bad Name: y                | 400 | ''",
                "GET /health HTTP/1.1;Host: x;X: a{33000}                | 431 | ''",
                "GET /a{5000} HTTP/1.1;Host: x                           | 414 | ''",
                "POST /health HTTP/1.1;Host: x;Content-Length: 5;Transfer-Encoding: chunked | 400 | ''",
                "POST /health HTTP/1.1;Host: x;Content-Length: many      | 400 | ''",
                "nonsense                                                | 400 | ''",
            })
    void isRefusedAndFramed(String head, int status, String code) throws IOException {
        String answer = answerTo(
                REPEAT.matcher(head).replaceAll(many -> many.group(1).repeat(Integer.parseInt(many.group(2)))), "");
        assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*");
        assertThat(answer).contains("x-request-id: ", "x-content-type-options: nosniff", code);
        assertThat(answer).doesNotContain("Exception");
    }

    @ParameterizedTest
    @CsvSource({"/api/v1/token,invalid_request", "/api/v1/agents,VALIDATION_ERROR"})
    void anExpectationThatNobodyCanMeetIsRefused(String path, String code) throws IOException {
        String answer = answerTo("POST " + path + " HTTP/1.1;Host: x;Expect: more;Content-Length: 1", "x");
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains(code);
    }

    @ParameterizedTest
    @CsvSource({"1.1,HTTP/1.1 100 Continue", "1.0,HTTP/1.0 415 "})
    void aBodyThatWaitsToBeAskedForIsAskedFor(String version, String first) throws IOException {
        String head = "POST /api/v1/token HTTP/" + version + ";Host: x;Expect: 100-Continue;Content-Length: 1";
        String answer = answerTo(head, "x");
        assertThat(answer).startsWith(first).containsOnlyOnce(" 415 ").contains("invalid_request");
    }

    @Test
    void aFormWithPartsIsNoBodyThatWasLeftOut() {
        String part = "--b\r\nContent-Disposition: form-data; name=\"expiresAt\"\r\n\r\n2026\r\n--b--\r\n";
        Map<String, String> headers = Map.of(
                "authorization",
                "Bearer " + product.administrator(),
                "content-type",
                "multipart/form-data; boundary=b");
        String path = "/api/v1/agents/" + UUID.randomUUID() + "/credentials";
        assertThat(product.send("POST", path, headers, part).status()).isEqualTo(415);
    }

    @Test
    void aBodyInChunksThatIsTooLongIsSaidToBeSo() throws IOException {
        String chunk = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
        String answer = answerTo(FORM_IN_CHUNKS, chunk.repeat(5) + "0\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("invalid_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"4\r\na=b", "nonsense\r\n", "4\r\na=b&\r\nffffffffffff\r\n"})
    void aBodyThatBreaksOffIsNoFailureOfOurs(String body) throws IOException {
        CapturedLog log = CapturedLog.listening();
        try (Socket socket = connected()) {
            send(socket, FORM_IN_CHUNKS + ";X-Request-Id: broken", body);
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            assertThat(answerTo("GET /health HTTP/1.1;Host: x", "")).startsWith("HTTP/1.1 200");
        } finally {
            log.ignore();
        }
        assertThat(log.text()).doesNotContain("ERROR", "broken");
    }

    private String answerTo(String head, String body) throws IOException {
        try (Socket socket = connected()) {
            send(socket, head + ";Connection: close", body);
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Socket connected() throws IOException {
        URI url = URI.create(product.url());
        Socket socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String head, String body) throws IOException {
        String request = head.replace(";", "\r\n") + "\r\n\r\n" + body;
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }
}
