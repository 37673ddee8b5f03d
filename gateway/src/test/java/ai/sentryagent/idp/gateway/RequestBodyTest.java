package ai.sentryagent.idp.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Bodies that take their time; what else can be wrong with one is tried on the whole product. */
final class RequestBodyTest {
    private static final String HEAD = "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 3\r\n\r\n";

    private final Vertx vertx = Vertx.vertx();
    /** Its head and its first part. */
    private final CountDownLatch begun = new CountDownLatch(2);

    private final BlockingQueue<Integer> counted = new LinkedBlockingQueue<>();
    private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private int port;

    @BeforeEach
    void listen() throws TimeoutException {
        Router router = Router.router(vertx);
        router.route()
                .handler(context -> {
                    HttpServerResponse response = context.response();
                    response.endHandler(ended -> counted.add(response.getStatusCode()));
                    context.next();
                })
                .handler(new RequestBody(((InstantSource) this::asked).withZone(ZoneOffset.UTC)))
                .handler(context -> context.end(RequestBody.of(context)));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await(10, TimeUnit.SECONDS);
        port = server.actualPort();
    }

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private Instant asked() {
        Instant told = now;
        begun.countDown();
        return told;
    }

    /** What is answered to a body whose last part comes so much later than its head. */
    private String answer(int seconds) throws IOException, InterruptedException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write((HEAD + "ab").getBytes(US_ASCII));
            assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
            now = now.plusSeconds(seconds);
            out.write('c');
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    @Test
    void oneThatTakesAMinuteIsRead() throws IOException, InterruptedException {
        assertThat(answer(60)).startsWith("HTTP/1.1 200").endsWith("abc");
        assertThat(counted.poll(10, TimeUnit.SECONDS)).isEqualTo(200);
    }

    @Test
    void oneThatTakesLongerEndsItsConnectionWithoutAnAnswer() throws IOException, InterruptedException {
        assertThat(answer(61)).isEmpty();
        assertThat(counted.poll(10, TimeUnit.SECONDS)).isEqualTo(408);
    }

    /** Of 64 KiB each but for the last byte, a few more than there is room for. */
    @Test
    void ofManyThatNeverEndTheOldestMakeRoomForWhoMeansTheirs() throws IOException, InterruptedException {
        List<Socket> open = new ArrayList<>();
        try {
            for (int i = 0; i < 140; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                open.add(socket);
                socket.setSoTimeout(10_000);
                socket.getOutputStream()
                        .write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 65536\r\n\r\n".getBytes(US_ASCII));
                socket.getOutputStream().write(new byte[65_535]);
            }
            assertThat(hasEnded(open.get(0))).isTrue();
            assertThat(counted.poll(10, TimeUnit.SECONDS)).isEqualTo(408);
            assertThat(answer(0)).startsWith("HTTP/1.1 200");

            open.get(139).getOutputStream().write('c');
            assertThat(new String(open.get(139).getInputStream().readNBytes(12), US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() == -1;
        } catch (SocketException reset) {
            return true;
        }
    }
}
