package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.standalone.Management.Agent;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A log that takes a while to be read: whoever reads it may be switched off meanwhile, and many may ask for that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditExportCutTest {
    /** Some 10 MB, more than the kernel takes for a reader that does not read. */
    private static final int EVENTS = 15_000;

    private static final String WHOLE = "\r\n0\r\n\r\n";

    private final RunningProduct product =
            RunningProduct.start(Map.of("AUDIT_RETENTION_DAYS", "0", "RATE_LIMIT_MAX_REQUESTS", "0"));
    private final Management management = Management.of(product);

    @BeforeAll
    void makeHistory() {
        makeHistory(product);
    }

    private static void makeHistory(RunningProduct product) {
        for (int told = 0; told < EVENTS; told += Subscriber.BATCH) {
            Subscriber.AUDIT
                    .deliver(
                            product.bus(),
                            IntStream.range(0, Subscriber.BATCH)
                                    .mapToObj(i -> fact())
                                    .toList())
                    .await();
        }
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private static Fact fact() {
        return new Fact(
                UUID.randomUUID(),
                "token.issued",
                UUID.randomUUID(),
                Outcome.SUCCESS,
                Instant.parse("2026-11-01T12:00:00.000Z"),
                "request",
                null,
                "192.0.2.1",
                null,
                Management.json("{\"n\":1}"));
    }

    /** What comes of an export, of which nothing is read before something else has been done. */
    private static String export(RunningProduct product, String token, Runnable meanwhile) throws IOException {
        URI url = URI.create(product.url());
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(2_048);
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET /api/v1/audit/export HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                    + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            String begun = new String(in.readNBytes(12), StandardCharsets.UTF_8);
            meanwhile.run();
            return begun + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private Agent auditor() {
        return management.register(Management.registration()
                .set("scopes", Management.json("{\"of\":[\"audit:read\"]}").get("of")));
    }

    private String token(Agent auditor) {
        Reply issued = product.token(auditor.id(), auditor.secret(), "audit:read");
        assertThat(issued.status()).as("%s", issued).isEqualTo(200);
        return issued.text("access_token");
    }

    @Test
    void anExportThatNobodyStopsIsWhole() throws IOException {
        assertThat(export(product, token(auditor()), () -> {}))
                .startsWith("HTTP/1.1 200")
                .endsWith(WHOLE);
    }

    @Test
    void anExportEndsHalfwayWhenItsReaderIsSwitchedOff() throws IOException {
        Agent auditor = auditor();
        String read = export(product, token(auditor), () -> assertThat(management
                        .patch(auditor.path(), Management.json("{\"status\":\"suspended\"}"))
                        .status())
                .isEqualTo(200));
        assertThat(read).startsWith("HTTP/1.1 200").doesNotEndWith(WHOLE);
    }

    /** One that has expired cannot be revoked any more. */
    @Test
    void anExportEndsHalfwayWhenItsTokenHasExpiredForAsLongAsItLived() throws IOException {
        Duration lives = Duration.ofSeconds(2);
        try (RunningProduct brief =
                RunningProduct.start(Map.of("AUDIT_RETENTION_DAYS", "0", "TOKEN_TTL_SECONDS", "2"))) {
            makeHistory(brief);
            Instant end = Instant.now().plus(lives.multipliedBy(2)).plusSeconds(1);
            String read = export(
                    brief,
                    brief.administrator(),
                    () -> Patience.until("it is over", Instant::now, now -> now.isAfter(end)));
            assertThat(read).startsWith("HTTP/1.1 200").doesNotEndWith(WHOLE);
        }
    }

    @Test
    void moreVerificationsThanTwoAtATimeAreToldToComeAgain() {
        List<Reply> replies = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> management.get("/api/v1/audit/verify"), each -> new Thread(each).start()))
                .limit(8)
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(replies).extracting(Reply::status).contains(200, 503).containsOnly(200, 503);
        assertThat(management.get("/api/v1/audit/verify").status()).isEqualTo(200);
    }
}
