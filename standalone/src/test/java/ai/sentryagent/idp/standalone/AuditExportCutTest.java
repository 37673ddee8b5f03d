package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.standalone.Management.Agent;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A log that takes a while to be read: whoever reads it may be switched off meanwhile, and many may ask for that. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditExportCutTest {
    /** Some 10 MB, more than the kernel takes for a reader that does not read. */
    private static final int EVENTS = 15_000;

    private static final String WHOLE = "\r\n0\r\n\r\n";

    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(
            Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0", "RATE_LIMIT_MAX_REQUESTS", "0"));
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
        try (Socket socket = asked(product, token)) {
            socket.setSoTimeout(30_000);
            String begun = begun(socket);
            meanwhile.run();
            return begun + new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** A connection on which an export has been asked for. */
    private static Socket asked(RunningProduct product, String token) throws IOException {
        URI url = URI.create(product.url());
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        socket.getOutputStream()
                .write(("GET /api/v1/audit/export HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                                + "\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** The beginning of the answer's first line, as far as the status. */
    private static String begun(Socket socket) throws IOException {
        return new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);
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
    void aClientThatReadsManyExportsIsToldToComeAgainAndOthersAreNot() throws IOException {
        String greedy = token(auditor());
        List<Socket> unread = new ArrayList<>();
        try {
            while (unread.size() <= 3 * Runtime.getRuntime().availableProcessors()) {
                Socket socket = asked(product, greedy);
                unread.add(socket);
                socket.setSoTimeout(30_000);
                if (begun(socket).endsWith(" 503")) {
                    break;
                }
            }
            Socket refused = unread.get(unread.size() - 1);
            assertThat(new String(refused.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .contains("Too many exports");
            assertThat(export(product, token(auditor()), () -> {}))
                    .startsWith("HTTP/1.1 200")
                    .endsWith(WHOLE);
            for (Socket socket : unread) {
                socket.close();
            }
            Patience.until("a place is free", () -> statusOf(greedy), status -> status.equals("HTTP/1.1 200"));
        } finally {
            for (Socket socket : unread) {
                socket.close();
            }
        }
    }

    private String statusOf(String token) {
        try (Socket socket = asked(product, token)) {
            return begun(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It holds what others wait for. */
    @Test
    @Tag("proof")
    void anExportThatNobodyReadsForAMinuteEnds() throws IOException {
        String token = token(auditor());
        try (Socket socket = asked(product, token)) {
            Instant since = Instant.now();
            assertThat(begun(socket)).endsWith(" 200");
            Patience.untilWithin(
                    Duration.ofSeconds(70), "it is over", Instant::now, now -> now.isAfter(since.plusSeconds(65)));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .doesNotEndWith(WHOLE);
        }
    }

    /** Four connections are there for them; a turn may take as long as a statement that somebody else has sent. */
    @Test
    void exportsThatWaitForTheirTurnAreNotCutOff() throws Exception {
        List<String> readers = List.of(token(auditor()), token(auditor()));
        new Outboxes(database).untilEmpty();
        try (Connection slow =
                Sql.hold(database, "LOCK TABLE audit.audit_head, audit.audit_checkpoints, audit.audit_events")) {
            List<CompletableFuture<Reply>> exports = Stream.of(0, 1, 0, 1, 0, 1)
                    .map(readers::get)
                    .map(token -> CompletableFuture.supplyAsync(
                            () -> product.json("GET", "/api/v1/audit/export?startDate=2026-11-02T00:00:00Z", token, ""),
                            each -> new Thread(each).start()))
                    .toList();
            Patience.until("longer than a connection is waited for elsewhere", () -> Sql.select(
                            database,
                            """
                            SELECT count(*) > 3 FROM pg_stat_activity WHERE datname = current_database()
                            AND wait_event_type = 'Lock' AND now() - query_start > interval '4 seconds'
                            """)
                    .equals("t"));
            slow.rollback();
            for (CompletableFuture<Reply> export : exports) {
                Reply answer = export.get();
                assertThat(answer.status()).as("%s", answer).isEqualTo(200);
                assertThat(answer.json().asText()).contains("{\"type\":\"end\"");
            }
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
