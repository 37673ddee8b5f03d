package ai.sentryagent.idp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AnswerTest {
    private static final int MEGABYTE = 1024 * 1024;

    /** More than the kernel takes for a reader that does not read. */
    private static final int LONG = 16 * MEGABYTE;

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void aLongOneIsWholeForWhoeverReadsItAndNotHeldForWhoeverDoesNot() throws IOException {
        Buffer body = Buffer.buffer("x".repeat(LONG));
        Router router = Router.router(vertx);
        router.route().handler(context -> new Answer(200, Map.of(), body).send(context));
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        server.listen(0, "127.0.0.1").await();
        List<Socket> silent = new ArrayList<>();
        try {
            long before = outsideTheHeap();
            for (int i = 0; i < 8; i++) {
                Socket socket = asked(server.actualPort());
                silent.add(socket);
                assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200");
            }
            assertThat(outsideTheHeap() - before).isLessThan(2L * LONG);
            try (Socket reading = asked(server.actualPort())) {
                assertWhole(reading.getInputStream());
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    private static void assertWhole(InputStream answer) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) answer.read());
        }
        assertThat(head.toString()).contains("content-length: " + LONG);
        assertThat(answer.readNBytes(LONG)).hasSize(LONG).containsOnly('x');
    }

    private static Socket asked(int port) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** In bytes, by Java's count and by Netty's, which does not know of all of Java's. */
    private static long outsideTheHeap() {
        return Math.max(0, PlatformDependent.usedDirectMemory())
                + ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                        .filter(pool -> pool.getName().equals("direct"))
                        .mapToLong(BufferPoolMXBean::getMemoryUsed)
                        .sum();
    }
}
