package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.audit.ExportCheck;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.ExportAudit;
import ai.sentryagent.idp.schema.audit.ExportPage;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The log on its way out, and what is found in the file afterwards, with no server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditExportTest {
    private static final String EXPORT = "/api/v1/audit/export";

    /** More than two pages. */
    private static final int EVENTS = 1_200;

    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00.000Z");

    private final RunningProduct product = RunningProduct.start(Map.of("AUDIT_RETENTION_DAYS", "0"));
    private final Management management = Management.of(product);

    /** A minute between any two, but for the last, which comes late. */
    @BeforeAll
    void makeHistory() {
        List<Fact> facts = new ArrayList<>(IntStream.range(0, EVENTS)
                .mapToObj(i -> fact(NOON.plusSeconds(60L * i)))
                .toList());
        facts.add(fact(NOON.plusMillis(500)));
        tell(facts);
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void anExportOfEverythingIsWholeInOrderAndVerified() {
        List<String> lines = export("");
        assertThat(lines.get(0)).startsWith("{\"type\":\"begin\"");
        assertThat(lines.get(lines.size() - 1)).startsWith("{\"type\":\"end\"");
        List<Integer> sequences = sequences(lines);
        assertThat(sequences)
                .hasSizeGreaterThan(EVENTS)
                .isEqualTo(IntStream.rangeClosed(1, sequences.size()).boxed().toList());
        ExportCheck.Findings found = check(lines);
        assertThat(found.events()).isEqualTo(sequences.size());
        assertThat(found.skipped()).isZero();
    }

    @Test
    void anExportOfSomeDaysHoldsTheirEventsAndIsTiedToTheSameLog() {
        ExportCheck.Findings hour = check(export("?startDate=2026-11-01T13:00:00Z&endDate=2026-11-01T13:59:59.999Z"));
        assertThat(hour.events()).isEqualTo(60);
        assertThat(hour.skipped()).isZero();
        assertThat(hour.from()).isEqualTo("2026-11-01T13:00:00Z");
        assertThat(hour.to()).isEqualTo("2026-11-01T13:59:00Z");
        List<String> first = export("?fromDate=2026-11-01T12:00:00Z&toDate=2026-11-01T12:02:00Z");
        ExportCheck.Findings late = check(first);
        assertThat(late.events()).isEqualTo(4);
        // and what the start had to tell, if it came meanwhile
        List<Integer> told = sequences(first);
        assertThat(late.skipped()).isGreaterThanOrEqualTo(EVENTS - 3).isEqualTo(told.get(3) - told.get(0) + 1 - 4);
        assertThat(check(export("?endDate=2020-01-01")).events()).isZero();
    }

    private static List<Integer> sequences(List<String> lines) {
        return lines.stream()
                .map(Management::json)
                .filter(line -> line.path("type").asText().equals("event"))
                .map(line -> line.path("sequence").asInt())
                .toList();
    }

    /** An independent reader of the same file: every leaf, from left to right, up to the root that was signed. */
    @Test
    void theFileAloneLeadsToTheRoot() {
        List<String> lines = export("");
        List<byte[]> leaves = new ArrayList<>();
        String previous = "0".repeat(64);
        for (String line : lines.subList(1, lines.size() - 1)) {
            JsonNode entry = Management.json(line);
            assertThat(entry.path("previousHash").asText()).isEqualTo(previous);
            previous = RfcProofs.chainHash(previous, entry.path("sequence").asLong(), entry.path("event"));
            assertThat(entry.path("hash").asText()).isEqualTo(previous);
            leaves.add(RfcProofs.unhex(previous));
        }
        JsonNode end = Management.json(lines.get(lines.size() - 1));
        assertThat(end.at("/checkpoint/rootHash").asText()).isEqualTo(RfcProofs.root(leaves));
        assertThat(RfcProofs.isSigned(
                        end.path("checkpoint"), end.at("/key/publicKey").asText()))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "agentId | null",
                "action | agent.created",
                "outcome | failure",
                "ipAddress | 203.0.113.9",
                "userAgent | other",
                "metadata | {\"n\":2}",
                "timestamp | 2026-11-01T12:10:00.001Z",
                "requestId | other",
                "actorId | 019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11",
                "eventId | 019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11"
            })
    void anEditOfAnyMemberIsNamedWithItsEvent(String member, String value) {
        List<String> lines = export("");
        int line = 10;
        ObjectNode entry = Management.json(lines.get(line));
        ObjectNode event = (ObjectNode) entry.get("event");
        if (value.equals("null")) {
            event.putNull(member);
        } else if (value.startsWith("{")) {
            event.set(member, Management.json(value));
        } else {
            event.put(member, value);
        }
        lines.set(line, entry.toString());
        assertBroken(lines, "line 11 holds event " + event.path("eventId").asText() + " (sequence 10)");
    }

    @Test
    void whatElseIsDoneToTheFileIsNamedToo() {
        List<String> whole = export("");
        List<String> lines = new ArrayList<>(whole);
        lines.remove(7);
        assertBroken(lines, "line 8 holds event", "(sequence 8) where sequence 7 should be");

        lines = new ArrayList<>(whole);
        lines.add(7, lines.get(6));
        assertBroken(lines, "line 8 holds event", "(sequence 6) where sequence 7 should be");

        lines = new ArrayList<>(whole);
        lines.add(7, lines.remove(8));
        assertBroken(lines, "line 8 holds event", "(sequence 8) where sequence 7 should be");

        assertBroken(whole.subList(0, whole.size() - 1), "cut short");
        assertBroken(whole.subList(0, 3), "cut short");
        assertBroken(List.of(), "cut short");

        lines = new ArrayList<>(whole);
        lines.remove(whole.size() - 2);
        assertBroken(lines, "ends after");

        lines = new ArrayList<>(whole);
        lines.add(whole.get(3));
        assertBroken(lines, "comes after the end");

        lines = new ArrayList<>(whole);
        lines.set(4, lines.get(4).replaceFirst("\\{", "{\"note\":\"believed elsewhere\","));
        assertBroken(lines, "line 5 is not written as an export writes it");
        lines.set(4, "{\"type\":\"event\",\"sequence\":4}");
        assertBroken(lines, "line 5 lacks a member");
        lines.set(4, "{\"type\":\"skip\",\"from\":3,\"to\":4,\"nodes\":[\"00\"]}");
        assertBroken(lines, "line 5 holds a hash that is not of 32 bytes");
        lines.set(4, "nothing");
        assertBroken(lines, "line 5 is no line of an export");
    }

    /** Whoever holds the file can make a chain of his own, but not the signature. */
    @Test
    void aChainThatIsMadeAnewDoesNotLeadToTheRoot() {
        List<String> lines = export("");
        String previous = Management.json(lines.get(9)).path("hash").asText();
        for (int i = 10; i < lines.size() - 1; i++) {
            ObjectNode entry = Management.json(lines.get(i));
            ((ObjectNode) entry.get("event")).put("requestId", "other");
            entry.put("previousHash", previous);
            previous = RfcProofs.chainHash(previous, entry.path("sequence").asLong(), entry.path("event"));
            entry.put("hash", previous);
            lines.set(i, entry.toString());
        }
        assertBroken(lines, "another log");
    }

    @Test
    void anotherKeyThanThePinnedOneIsRefused() {
        List<String> lines = export("");
        String pem = Management.json(lines.get(lines.size() - 1))
                .at("/key/publicKey")
                .asText();
        assertThat(check(lines, Optional.of(pem)).events()).isGreaterThan(EVENTS);
        String other = PemText.write(
                "PUBLIC KEY", AuditCheckpointsTest.ed25519().getPublic().getEncoded());
        assertThatThrownBy(() -> check(lines, Optional.of(other))).hasMessageContaining("which was asked for");
        assertThatThrownBy(() -> new ExportCheck(Optional.of("no key"))).isInstanceOf(IllegalArgumentException.class);
    }

    /** With 0 when it proves what it says, with 1 when it does not, with 2 when it was asked wrongly. */
    @Test
    void theCommandChecksAFileOrItsStandardInput(@TempDir Path folder) throws Exception {
        List<String> lines = export("");
        JsonNode key = Management.json(lines.get(lines.size() - 1)).path("key");
        Path whole = Files.write(folder.resolve("whole.ndjson"), lines);
        Path pem = Files.writeString(
                folder.resolve("key.pem"), key.path("publicKey").asText());
        Said verified = say(whole, whole.toString(), "--key", pem.toString());
        assertThat(verified.text())
                .startsWith("VERIFIED: ")
                .contains("none missing", key.path("keyId").asText(), "the one you named");
        assertThat(verified.exitCode()).isZero();
        assertThat(say(whole, "-").text()).startsWith("VERIFIED: ").contains("name yours with --key");
        assertThat(say(whole, whole.toString(), "--complete").exitCode()).isZero();

        List<String> hidden = new ArrayList<>(lines);
        byte[] leaf = RfcProofs.unhex(Management.json(lines.get(5)).path("hash").asText());
        hidden.set(5, "{\"type\":\"skip\",\"from\":4,\"to\":5,\"nodes\":[\"" + RfcProofs.root(List.of(leaf)) + "\"]}");
        String end = hidden.remove(hidden.size() - 1); // which is not signed but for the checkpoint
        hidden.add(end.replace("\"events\":" + (lines.size() - 2), "\"events\":" + (lines.size() - 3)));
        Path lacking = Files.write(folder.resolve("lacking.ndjson"), hidden);
        assertThat(say(lacking, lacking.toString()).text())
                .contains("0 places before the first event, 1 between, 0 after the last")
                .doesNotContain("none missing");
        Said incomplete = say(lacking, lacking.toString(), "--complete");
        assertThat(incomplete.text()).startsWith("NOT COMPLETE: ").contains("1 are not in this export");
        assertThat(incomplete.exitCode()).isEqualTo(1);

        lines.set(5, lines.get(5).replace("success", "failure"));
        Path altered = Files.write(folder.resolve("altered.ndjson"), lines);
        Said broken = say(altered, "--key=" + pem, altered.toString());
        assertThat(broken.text())
                .startsWith("NOT VERIFIED: line 6 holds event ")
                .contains("(sequence 5), which is not as it was written");
        assertThat(broken.exitCode()).isEqualTo(1);

        assertThat(say(whole).exitCode()).isEqualTo(2);
        assertThat(say(whole, folder.resolve("none").toString()).exitCode()).isEqualTo(2);
        assertThat(say(whole, whole.toString(), "--key", whole.toString()).text())
                .contains("must be an Ed25519 public key");
    }

    private record Said(int exitCode, String text) {}

    private static Said say(Path input, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                VerifyExportMain.class.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input.toFile())
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    @Test
    void aClientThatReadsSlowlyOrGoesAwayHoldsUpNobody() throws IOException {
        URI url = URI.create(product.url());
        try (Socket slow = new Socket()) {
            slow.setReceiveBufferSize(2_048);
            slow.connect(new InetSocketAddress(url.getHost(), url.getPort()));
            OutputStream out = slow.getOutputStream();
            out.write(("GET " + EXPORT + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + management.token()
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = slow.getInputStream();
            assertThat(new String(in.readNBytes(12), StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
            tell(List.of(fact(NOON.minusSeconds(1))));
            assertThat(management
                            .get("/api/v1/audit/verify")
                            .json()
                            .path("verified")
                            .asBoolean())
                    .isTrue();
        }
        assertThat(check(export("")).events()).isGreaterThan(EVENTS);
    }

    /** A page is held for everybody who reads one, and how much an event says is up to whoever caused it. */
    @Test
    void aPageHoldsFewerEventsWhereTheySayMuch() {
        Instant morning = Instant.parse("2026-10-01T08:00:00.000Z");
        String much = "{\"scope\":\"" + "d".repeat(16_000) + "\"}";
        tell(IntStream.range(0, 60)
                .mapToObj(i -> fact(morning.plusSeconds(i), much))
                .toList());
        List<String> pages = new ArrayList<>();
        ExportAudit.Place next = null;
        do {
            ExportPage page = AuditOperations.EXPORT
                    .ask(product.bus(), Caller.system("test"), new ExportAudit(morning, morning.plusSeconds(59), next))
                    .await();
            pages.add(page.lines());
            next = page.next();
        } while (next != null);
        assertThat(pages).hasSizeGreaterThan(2).allSatisfy(page -> assertThat(page.length())
                .isLessThan(400_000));
        ExportCheck.Findings found =
                check(String.join("", pages).lines().collect(Collectors.toCollection(ArrayList::new)));
        assertThat(found.events()).isEqualTo(60);
        assertThat(found.skipped()).isZero();
    }

    private static Fact fact(Instant timestamp) {
        return fact(timestamp, "{\"n\":1,\"a\":\"ü\"}");
    }

    private static Fact fact(Instant timestamp, String metadata) {
        return new Fact(
                UUID.randomUUID(),
                "token.issued",
                UUID.randomUUID(),
                Outcome.SUCCESS,
                timestamp,
                "request",
                null,
                "192.0.2.1",
                null,
                Management.json(metadata));
    }

    private void tell(List<Fact> facts) {
        for (int from = 0; from < facts.size(); from += Subscriber.BATCH) {
            List<Fact> batch = facts.subList(from, Math.min(from + Subscriber.BATCH, facts.size()));
            Subscriber.AUDIT.deliver(product.bus(), batch).await();
        }
    }

    private List<String> export(String window) {
        Reply reply = management.get(EXPORT + window);
        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(200);
        return new ArrayList<>(reply.json().asText().lines().toList());
    }

    private static ExportCheck.Findings check(List<String> lines) {
        return check(lines, Optional.empty());
    }

    private static ExportCheck.Findings check(List<String> lines, Optional<String> key) {
        ExportCheck check = new ExportCheck(key);
        lines.forEach(check::line);
        return check.findings();
    }

    private static void assertBroken(List<String> lines, String... why) {
        assertThatThrownBy(() -> check(lines))
                .isInstanceOf(ExportCheck.Broken.class)
                .hasMessageContainingAll(why);
    }
}
