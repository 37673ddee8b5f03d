package ai.sentryagent.idp.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PublicMetricsTest {
    private static final int ASKERS = 3 * PublicMetrics.READERS;

    /** More than the kernel takes for a reader that does not read. */
    private static final int LONG = 8 * 1024 * 1024;

    private final Vertx vertx = Vertx.vertx();
    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        vertx.close().await();
    }

    @Test
    void whoComesWhenManyWaitForThePageIsToldToComeAgain() throws IOException {
        Promise<Buffer> page = Promise.promise();
        int port = serve(page.future());
        for (int i = 0; i < PublicMetrics.READERS; i++) {
            ask(port);
            assertThat(status(ask(port, "HEAD /else"))).isEqualTo("404"); // so that the one before has come
        }
        List<Socket> waiting = sockets.stream().toList();
        for (int i = PublicMetrics.READERS; i < ASKERS; i++) {
            Socket refused = ask(port);
            assertThat(new String(refused.getInputStream().readNBytes(120), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 503 ")
                    .containsPattern("retry-after: [1-4]\r\n");
        }
        page.complete(Buffer.buffer("page"));
        for (int i = 0; i < waiting.size(); i += 2) {
            assertThat(status(waiting.get(i))).isEqualTo("200");
        }
    }

    @Test
    void whoDoesNotReadHoldsNoPageOfHisOwnAndMakesRoomWhenHeGoes() throws IOException {
        int port = serve(Future.succeededFuture(Buffer.buffer("x".repeat(LONG))));
        long before = held();
        List<String> answers = new ArrayList<>();
        for (int i = 0; i < ASKERS; i++) {
            answers.add(status(ask(port)));
        }
        assertThat(answers.subList(0, PublicMetrics.READERS)).containsOnly("200");
        assertThat(answers.subList(PublicMetrics.READERS, ASKERS)).containsOnly("503");
        assertThat(held() - before).isLessThan(2L * LONG);
        for (Socket socket : sockets) {
            socket.close();
        }
        String next = "503";
        while (next.equals("503")) {
            next = status(ask(port));
        }
        assertThat(next).isEqualTo("200");
    }

    private int serve(Future<Buffer> page) {
        PublicMetrics metrics = new PublicMetrics(() -> page);
        Router router = Router.router(vertx);
        router.get("/metrics")
                .handler(context -> metrics.read(context).onFailure(refused -> Problem.write(context, refused)));
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        server.listen(0, "127.0.0.1").await();
        return server.actualPort();
    }

    private Socket ask(int port) throws IOException {
        return ask(port, "GET /metrics");
    }

    private Socket ask(int port, String what) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(2_048);
        socket.setSoTimeout(10_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream()
                .write((what + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String status(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII).substring(9);
    }

    /** In bytes, on the heap and outside it. */
    private static long held() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()
                + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
