package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever asks for much and reads none of it. */
final class UnreadAnswersTest {
    private static final int MANY = 60;
    private static final long MEGABYTE = 1_000_000;

    /** 1.5 MB each. */
    @Test
    void littleIsHeldForThoseWhoDoNotReadTheirAnswers() throws IOException {
        List<Socket> sockets = new ArrayList<>();
        try (RunningProduct product = RunningProduct.start(Map.of("RATE_LIMIT_MAX_REQUESTS", "0"))) {
            long before = PlatformDependent.usedDirectMemory();
            for (int i = 0; i < MANY; i++) {
                sockets.add(asked(URI.create(product.url())));
            }
            for (Socket socket : sockets) {
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200");
            }
            assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(30 * MEGABYTE);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private static Socket asked(URI url) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        socket.setSoTimeout(30_000);
        socket.getOutputStream()
                .write("GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
