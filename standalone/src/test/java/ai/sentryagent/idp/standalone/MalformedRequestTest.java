package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no client library sends: refused, by nobody's fault but the sender's, and framed like every answer. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MalformedRequestTest {
    private static final Pattern REPEAT = Pattern.compile("(.)\\{([0-9]+)}");

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
                "GET /health HTTP/1.1;Host: x;Bad Name: y                | 400 | ''",
                "GET /health HTTP/1.1;Host: x;X: a{9000}                 | 431 | ''",
                "GET /a{5000} HTTP/1.1;Host: x                           | 414 | ''",
                "POST /health HTTP/1.1;Host: x;Content-Length: 5;Transfer-Encoding: chunked | 400 | ''",
                "POST /health HTTP/1.1;Host: x;Content-Length: many      | 400 | ''",
                "nonsense                                                | 400 | ''",
            })
    void isRefusedAndFramed(String head, int status, String code) throws IOException {
        String answer = answerTo(
                REPEAT.matcher(head).replaceAll(many -> many.group(1).repeat(Integer.parseInt(many.group(2)))));
        assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*");
        assertThat(answer).contains("x-request-id: ", "x-content-type-options: nosniff", code);
        assertThat(answer).doesNotContain("Exception");
    }

    private String answerTo(String head) throws IOException {
        URI url = URI.create(product.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            String request = head.replace(";", "\r\n") + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
