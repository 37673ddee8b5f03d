package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code GET /api/v1/audit}: filters, windows of time, pages and cursors. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AuditSearchTest {
    private final String database = TestServers.freshDatabase();
    private final RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database));
    private final Management management = Management.of(product);
    private final AuditTrail trail = new AuditTrail(management);
    private final Management.Agent agent = management.register();

    @BeforeAll
    void makeHistory() {
        for (int i = 0; i < 12; i++) {
            management.patch(agent.path(), "{\"owner\":\"owner-" + i + "\"}");
        }
        product.token(agent.id(), "wrong", "");
        trail.of(agent.id(), "agent.updated", events -> events.size() == 12);
        trail.of(agent.id(), "auth.failed");
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private Reply search(String query) {
        return management.get("/api/v1/audit?" + query);
    }

    private static List<String> ids(Reply reply) {
        return reply.json().path("data").findValuesAsText("eventId");
    }

    @ParameterizedTest
    @CsvSource({
        "agentId=ID, 15",
        "agentId=ID&action=agent.updated, 12",
        "agentId=ID&outcome=failure, 1",
        "agentId=ID&outcome=success, 14",
        "agentId=ID&action=auth.failed&outcome=failure, 1",
        "agentId=ID&action=auth.failed&outcome=success, 0",
        "agentId=ID&action=key.rotated, 0",
        "agentId=ID&endDate=2020-01-01, 0",
        "agentId=ID&toDate=2020-01-01T00:00:00Z, 0",
        "agentId=ID&startDate=2020-01-01, 15",
        "agentId=ID&startDate=0000-01-01&endDate=9999-12-31, 15",
        "agentId=ID&fromDate=2020-01-01T00:00:00.000000001Z, 15",
        "agentId=ID&startDate=2999-01-01, 0",
        "agentId=019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11, 0"
    })
    void filtersCombine(String query, int count) {
        Reply reply = search("limit=100&" + query.replace("ID", agent.id()));
        assertThat(reply.json().path("data")).hasSize(count);
        assertThat(reply.json().path("total").asInt()).isEqualTo(count);
    }

    /** Each has a statement of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"", "token.issued", "agent.updated", "auth.failed", "key.rotated"})
    void everyCombinationOfFiltersFindsWhatItSays(String action) throws SQLException {
        new Outboxes(database).untilEmpty();
        List<JsonNode> all = walk("limit=7");
        String from = all.get(all.size() - 4).path("timestamp").asText();
        String until = all.get(5).path("timestamp").asText();
        for (String agentId : List.of("", agent.id(), product.administratorId())) {
            for (String outcome : List.of("", "success", "failure")) {
                for (boolean isWindow : List.of(true, false)) {
                    String query = filter("agentId", agentId)
                            + filter("action", action)
                            + filter("outcome", outcome)
                            + (isWindow ? "&startDate=" + from + "&endDate=" + until : "");
                    List<String> expected = all.stream()
                            .filter(event -> is(event, "agentId", agentId)
                                    && is(event, "action", action)
                                    && is(event, "outcome", outcome)
                                    && (!isWindow
                                            || (event.path("timestamp").asText().compareTo(from) >= 0
                                                    && event.path("timestamp")
                                                                    .asText()
                                                                    .compareTo(until)
                                                            <= 0)))
                            .map(event -> event.path("eventId").asText())
                            .toList();
                    assertThat(walk("limit=100" + query).stream()
                                    .map(event -> event.path("eventId").asText()))
                            .as(query)
                            .isEqualTo(expected);
                    assertThat(total(query)).as(query).isEqualTo(expected.size());
                }
            }
        }
    }

    /** Of what is whole the database has kept count, and the rest is counted when it is asked for. */
    @Test
    void totalsAreExactWhereverAWindowCutsDaysAndHours() {
        Instant midnight = Instant.now().truncatedTo(ChronoUnit.DAYS).minus(40, ChronoUnit.DAYS);
        UUID one = UUID.randomUUID();
        List<Instant> times = Stream.of(0, 1, 3_599_999, 3_600_000, 86_399_999, 86_400_000, 90_000_000, 180_000_000)
                .map(millis -> midnight.plusMillis(millis))
                .toList();
        Subscriber.AUDIT
                .deliver(
                        product.bus(),
                        times.stream()
                                .flatMap(time ->
                                        Stream.of(fact(one, time), fact(UUID.randomUUID(), time), fact(null, time)))
                                .toList())
                .await();
        List<Instant> ends = Stream.concat(
                        times.stream(),
                        times.stream().flatMap(time -> Stream.of(time.minusMillis(1), time.plusMillis(1))))
                .toList();
        for (Instant from : ends) {
            for (Instant until : ends) {
                long matching = times.stream()
                        .filter(time -> !time.isBefore(from) && !time.isAfter(until))
                        .count();
                String window = "&startDate=" + from + "&endDate=" + until;
                assertThat(total(window)).as(window).isEqualTo(3 * matching);
                assertThat(total(window + "&agentId=" + one)).as(window).isEqualTo(matching);
            }
        }
        assertThat(total("&agentId=" + one + "&startDate=" + midnight)).isEqualTo(times.size());
        assertThat(total("&agentId=" + one + "&endDate=" + midnight)).isEqualTo(1);
        assertThat(total("&agentId=00000000-0000-0000-0000-000000000000")).isZero();
    }

    private long total(String filters) {
        return search("limit=1" + filters).json().path("total").asLong();
    }

    private static Fact fact(@Nullable UUID agentId, Instant time) {
        return new Fact(
                UUID.randomUUID(),
                "token.issued",
                agentId,
                Outcome.SUCCESS,
                time,
                "request",
                null,
                null,
                null,
                Management.json("{}"));
    }

    private static String filter(String name, String value) {
        return value.isEmpty() ? "" : "&" + name + "=" + value;
    }

    private static boolean is(JsonNode event, String member, String value) {
        return value.isEmpty() || event.path(member).asText().equals(value);
    }

    private List<JsonNode> walk(String query) {
        List<JsonNode> walked = new ArrayList<>();
        Reply page = search(query);
        page.json().path("data").forEach(walked::add);
        while (page.json().has("nextCursor")) {
            page = search(query + "&cursor=" + page.text("nextCursor"));
            page.json().path("data").forEach(walked::add);
        }
        return walked;
    }

    @ParameterizedTest
    @CsvSource({"startDate, endDate", "fromDate, toDate", "startDate, toDate", "fromDate, endDate"})
    void bothEndsOfAWindowCountThemselvesInUnderEitherName(String from, String to) {
        JsonNode event = trail.search("agentId=" + agent.id()).get(5);
        String id = event.path("eventId").asText();
        Instant at = Instant.parse(event.path("timestamp").asText());
        String today = LocalDate.ofInstant(at, ZoneOffset.UTC).toString();

        assertThat(ids(search("limit=100&" + from + "=" + at + "&" + to + "=" + at)))
                .contains(id);
        assertThat(ids(search("limit=100&" + from + "=" + today + "&" + to + "=" + today)))
                .contains(id);
        assertThat(ids(search("limit=100&" + from + "=" + at.plusMillis(1)))).doesNotContain(id);
        assertThat(ids(search("limit=100&" + to + "=" + at.minusMillis(1)))).doesNotContain(id);
    }

    @Test
    void theNewestComesFirst() {
        List<String> times = search("limit=100").json().path("data").findValuesAsText("timestamp");
        assertThat(times).isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void pagesShowTheSameAsOneLargePage() {
        String filter = "agentId=" + agent.id();
        List<String> walked = new ArrayList<>();
        for (int page = 1; page <= 4; page++) {
            walked.addAll(ids(search(filter + "&limit=4&page=" + page)));
        }
        assertThat(walked).isEqualTo(ids(search(filter + "&limit=100")));
        Reply past = search(filter + "&limit=4&page=5");
        assertThat(ids(past)).isEmpty();
        assertThat(past.json().has("nextCursor")).isFalse();
    }

    @Test
    void aPageBeginsAfterTenThousandEventsAtMost() throws SQLException {
        UUID busy = UUID.randomUUID();
        Sql.update(
                database,
                "INSERT INTO audit.audit_agent_days VALUES ('" + busy
                        + "', date_trunc('day', now()) - interval '40 days', 'token.issued', 'success', 10500)");
        String filter = "agentId=" + busy + "&limit=100&page=";
        assertThat(search(filter + 101).status()).isEqualTo(200);
        for (int far : List.of(102, 105)) {
            Reply refused = search(filter + far);
            assertThat(refused.status()).as("%s", far).isEqualTo(400);
            assertThat(refused.json().at("/details/errors/0/field").asText()).isEqualTo("page");
            assertThat(refused.json().at("/details/errors/0/message").asText()).contains("nextCursor");
        }
        for (int past : List.of(106, Integer.MAX_VALUE)) {
            Reply empty = search(filter + past);
            assertThat(ids(empty)).as("%s", past).isEmpty();
            assertThat(empty.json().path("total").asInt()).isEqualTo(10_500);
        }
    }

    @Test
    void aWalkByCursorRepeatsNothingAndMissesNothingWhileEventsArrive() {
        Management.Agent busy = management.register();
        for (int i = 0; i < 9; i++) {
            management.patch(busy.path(), "{\"owner\":\"before-" + i + "\"}");
        }
        String filter = "agentId=" + busy.id();
        List<JsonNode> before = trail.eventually(filter, events -> events.size() == 11);
        List<String> walked = new ArrayList<>();
        Reply page = search(filter + "&limit=2");
        while (true) {
            walked.addAll(ids(page));
            management.patch(busy.path(), "{\"owner\":\"meanwhile-" + walked.size() + "\"}");
            if (!page.json().has("nextCursor")) {
                break;
            }
            page = search(filter + "&limit=2&cursor=" + page.text("nextCursor"));
        }
        assertThat(walked)
                .containsExactlyElementsOf(before.stream()
                        .map(event -> event.path("eventId").asText())
                        .toList());
    }

    @Test
    void aCursorMayTakeLargerStepsButNoOtherFilters() {
        String cursor = search("agentId=" + agent.id() + "&limit=2").text("nextCursor");
        assertThat(ids(search("agentId=" + agent.id() + "&limit=100&cursor=" + cursor)))
                .hasSize(13);
        for (String other : List.of(
                "",
                "agentId=" + agent.credentialId(),
                "agentId=" + agent.id() + "&action=agent.updated",
                "agentId=" + agent.id() + "&outcome=success",
                "agentId=" + agent.id() + "&startDate=2020-01-01")) {
            assertRefused(search(other + "&cursor=" + cursor));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 10, 20, 40, 52})
    void aCursorThatWasTamperedWithIsRefused(int position) {
        String cursor = search("limit=2").text("nextCursor");
        char other = cursor.charAt(position) == 'A' ? 'B' : 'A';
        assertRefused(search("cursor=" + cursor.substring(0, position) + other + cursor.substring(position + 1)));
        assertRefused(search("cursor=" + cursor.substring(0, position)));
        assertRefused(search("cursor=" + cursor + "A"));
    }

    @Test
    void aCursorOfAnotherInstallationIsRefused() {
        try (RunningProduct elsewhere = RunningProduct.start(Map.of("DATABASE_URL", TestServers.emptyDatabase()))) {
            Management others = Management.of(elsewhere);
            others.register();
            Reply page =
                    Patience.until("a second page", () -> others.get("/api/v1/audit?limit=1"), reply -> reply.json()
                            .has("nextCursor"));
            assertRefused(search("limit=1&cursor=" + page.text("nextCursor")));
        }
    }

    private static void assertRefused(Reply reply) {
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json().at("/details/errors/0/field").asText()).isEqualTo("cursor");
    }
}
