package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.audit.LongHistory;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a page of the log costs among a million events or more, and among ten thousand. */
@Tag("proof")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
final class AuditSearchAtScaleTest {
    private static final long FEW = 10_000;
    private static final long MANY = Long.getLong("agentidp.audit.events", 1_000_000);
    private static final int MONTHS = 4;
    private static final int ROUNDS = 5;
    private static final int ASKED_A_ROUND = 200;
    private static final String AGENT = "&agentId=" + LongHistory.BUSY_AGENT;
    private static final String OF_AGENT = "agent_id = '" + LongHistory.BUSY_AGENT + "'";

    private final LocalDate today = LocalDate.now(ZoneOffset.UTC);
    private final Map<String, Double> ratios = new LinkedHashMap<>();
    private final String few = TestServers.freshDatabase();
    private final String many = TestServers.freshDatabase();

    /** The same, as a client asks for it and as the database is asked. */
    private record Search(String name, String filters, String where) {}

    private final List<Search> searches = List.of(
            new Search("an agent", AGENT, OF_AGENT),
            new Search("everything", "", "true"),
            new Search(
                    "a rare agent",
                    "&agentId=" + LongHistory.RARE_AGENT,
                    "agent_id = '" + LongHistory.RARE_AGENT + "'"),
            new Search(
                    "an agent that was busy once",
                    "&agentId=" + LongHistory.FORMER_AGENT,
                    "agent_id = '" + LongHistory.FORMER_AGENT + "'"),
            new Search("an agent's tokens", AGENT + "&action=token.issued", OF_AGENT + " AND action = 'token.issued'"),
            new Search("an agent's rare kind", AGENT + "&action=auth.failed", OF_AGENT + " AND action = 'auth.failed'"),
            new Search("an agent's failures", AGENT + "&outcome=failure", OF_AGENT + " AND outcome = 'failure'"),
            new Search(
                    "an agent's past",
                    AGENT + "&endDate=" + today.minusMonths(2),
                    OF_AGENT + " AND timestamp < '" + today.minusMonths(2).plusDays(1) + " 00:00:00+00'"),
            new Search("tokens", "&action=token.issued", "action = 'token.issued'"),
            new Search("a rare kind", "&action=auth.failed", "action = 'auth.failed'"),
            new Search("a kind that there is not", "&action=key.rotated", "false"),
            new Search("failures", "&outcome=failure", "outcome = 'failure'"));

    @Test
    void aPageAmongManyCostsAtMostTwiceOneAmongFew() throws Exception {
        write(few, FEW);
        write(many, MANY);
        try (RunningProduct small = RunningProduct.start(keeping(few));
                RunningProduct large = RunningProduct.start(keeping(many))) {
            Management amongFew = Management.of(small);
            Management amongMany = Management.of(large);
            for (Search search : searches) {
                measure(search, amongFew, amongMany);
            }
            for (Search search : searches) {
                assertThat(page(amongMany, search.filters()).path("total").asLong())
                        .as(search.name())
                        .isEqualTo(matching(search.where()));
            }
        }
        assertThat(ratios)
                .allSatisfy((name, ratio) -> assertThat(ratio).as(name).isLessThan(2));
    }

    /** The two are asked in turn, and the quietest round counts: whatever else the machine does only adds to it. */
    private void measure(Search search, Management amongFew, Management amongMany) {
        List<Double> small = new ArrayList<>();
        List<Double> large = new ArrayList<>();
        for (int round = 0; round <= ROUNDS; round++) {
            List<Double> ofFew = new ArrayList<>();
            List<Double> ofMany = new ArrayList<>();
            for (int i = 0; i < ASKED_A_ROUND; i++) {
                ofFew.add(timed(() -> page(amongFew, AGENT)));
                ofMany.add(timed(() -> page(amongMany, search.filters())));
            }
            if (round > 0) { // the first warms both
                small.add(percentile(ofFew, 99));
                large.add(percentile(ofMany, 99));
            }
        }
        ratios.put(search.name(), Collections.min(large) / Collections.min(small));
        say("p99 of %-28s %5.1f ms among %,d; of an agent %5.1f ms among %,d"
                .formatted(search.name(), Collections.min(large), MANY, Collections.min(small), FEW));
    }

    /** In milliseconds. */
    private static double timed(Runnable work) {
        long begun = System.nanoTime();
        work.run();
        return (System.nanoTime() - begun) / 1e6;
    }

    private static JsonNode page(Management management, String filters) {
        RunningProduct.Reply reply = management.get("/api/v1/audit?limit=100" + filters);
        assertThat(reply.status()).isEqualTo(200);
        return reply.json();
    }

    private long matching(String where) throws SQLException {
        new Outboxes(many).untilEmpty();
        return Sql.number(many, "SELECT count(*) FROM audit.audit_events WHERE " + where);
    }

    private static Map<String, String> keeping(String database) {
        return Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0");
    }

    private void write(String database, long events) throws Exception {
        RunningProduct.start(Map.of("DATABASE_URL", database, "BOOTSTRAP_CLIENT_SECRET", ""))
                .close(); // makes the tables
        long begun = System.nanoTime();
        YearMonth first = YearMonth.from(today).minusMonths(MONTHS - 1);
        LongHistory.append(TestServers.jdbcUrl(database), events, first, Instant.now());
        Sql.update(database, "VACUUM ANALYZE audit.audit_events");
        say("%,d written in %.0f s".formatted(events, (System.nanoTime() - begun) / 1e9));
    }

    private static double percentile(List<Double> values, int percent) {
        return values.stream().sorted().toList().get(values.size() * percent / 100);
    }

    private static void say(String what) {
        System.out.println("AUDIT PROOF  " + what);
    }
}
