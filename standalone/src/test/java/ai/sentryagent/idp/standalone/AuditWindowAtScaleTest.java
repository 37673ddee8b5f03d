package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.audit.LongHistory;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** A few hours out of a month of many events: what Postgres reads for them does not depend on how many the month has. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 20, unit = TimeUnit.MINUTES)
@Tag("proof")
final class AuditWindowAtScaleTest {
    private static final long EVENTS = Long.getLong("agentidp.audit.events", 1_000_000);
    private static final Duration AT_REST = Duration.ofSeconds(12);
    private static final String READ =
            """
            SELECT sum(idx_tup_fetch + seq_tup_read) FROM pg_stat_user_tables
            WHERE schemaname = 'audit' AND relname LIKE 'audit_events%'
            """;

    private final String database = TestServers.freshDatabase();
    private final YearMonth month = YearMonth.now(ZoneOffset.UTC).minusMonths(2);
    private final Instant next = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);

    /** All of it is signed by one checkpoint, at its end, to which the chain is followed: so the hours lie shortly before. */
    private final Instant late = next.minus(Duration.ofDays(1));

    private RunningProduct product =
            RunningProduct.start(Map.of("DATABASE_URL", database, "BOOTSTRAP_CLIENT_SECRET", ""));

    @BeforeAll
    void makeHistory() throws Exception {
        product.close();
        LongHistory.append(TestServers.jdbcUrl(database), EVENTS, month, next);
        Sql.update(database, "VACUUM ANALYZE audit.audit_events");
        product = RunningProduct.start(Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0"));
        Management management = Management.of(product);
        Patience.untilWithin(
                Duration.ofMinutes(10),
                "all is signed",
                () -> management
                        .get("/api/v1/audit/checkpoints?limit=1")
                        .json()
                        .at("/data/0/treeSize")
                        .asLong(),
                size -> size > EVENTS);
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void hoursAreVerifiedAndExportedWithoutReadingTheirMonthAndHoursWithoutEventsWithoutReadingTheLog()
            throws Exception {
        long before = readByThen();
        assertThat(asked("/api/v1/audit/verify", late)).contains("\"verified\":true");
        assertThat(asked("/api/v1/audit/export", late)).contains("\\\"end\\\"");
        long between = readByThen();
        assertThat(between - before).isBetween(1L, EVENTS / 10);
        assertThat(asked("/api/v1/audit/verify", next.plus(Duration.ofDays(4)))).contains("\"verified\":true");
        assertThat(readByThen() - between).isLessThan(EVENTS / 10);
    }

    /** The answer for two hours. */
    private String asked(String path, Instant from) {
        Reply answer =
                Management.of(product).get(path + "?startDate=" + from + "&endDate=" + from.plus(Duration.ofHours(2)));
        assertThat(answer.status()).as("%s", answer).isEqualTo(200);
        return answer.json().toString();
    }

    /** A session of Postgres tells what it has counted when it has been idle for ten seconds. */
    private long readByThen() throws Exception {
        AtomicLong last = new AtomicLong(-1);
        AtomicLong since = new AtomicLong();
        Patience.untilWithin(
                Duration.ofMinutes(2),
                "at rest",
                () -> {
                    long read = Sql.number(database, READ);
                    if (last.getAndSet(read) != read) {
                        since.set(System.nanoTime());
                    }
                    return Duration.ofNanos(System.nanoTime() - since.get());
                },
                quiet -> quiet.compareTo(AT_REST) > 0);
        return last.get();
    }
}
