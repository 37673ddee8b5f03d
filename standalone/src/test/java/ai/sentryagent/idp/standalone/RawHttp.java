package ai.sentryagent.idp.standalone;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Sends what a well-behaved client library does not. */
final class RawHttp {
    private RawHttp() {}

    /** The whole answer, head and body, to a POST of a form with these header lines. */
    static String post(RunningProduct product, String path, String headers, String form) throws IOException {
        String head =
                """
                POST %s HTTP/1.1
                Content-Type: application/x-www-form-urlencoded
                Content-Length: %d
                """
                        .formatted(path, form.length());
        return exchange(product, head + headers, form);
    }

    static String get(RunningProduct product, String path, String headers) throws IOException {
        return exchange(product, "GET " + path + " HTTP/1.1\n" + headers, "");
    }

    private static String exchange(RunningProduct product, String head, String body) throws IOException {
        URI url = URI.create(product.url());
        String request = (head + "Connection: close\n\n").replace("\n", "\r\n") + body;
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
