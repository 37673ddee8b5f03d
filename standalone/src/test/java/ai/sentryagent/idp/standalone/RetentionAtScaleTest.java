package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.audit.LongHistory;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.AuditVerification;
import ai.sentryagent.idp.schema.audit.VerifyAudit;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Months are dropped from a log of ten million events while it grows: how long an insert takes meanwhile. */
@Tag("proof")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
final class RetentionAtScaleTest {
    private static final long EVENTS = Long.getLong("agentidp.audit.events", 1_000_000);
    private static final int MONTHS = 20;
    private static final int FACTS_AT_ONCE = 20;
    private static final Duration WINDOW = Duration.ofSeconds(20);

    private final List<Fact> told = new ArrayList<>();
    private final YearMonth now = YearMonth.now(ZoneOffset.UTC);
    private final String database = TestServers.freshDatabase();
    private final Map<String, String> keeping = Map.of("DATABASE_URL", database, "AUDIT_RETENTION_DAYS", "0");

    @BeforeEach
    void makeTables() {
        RunningProduct.start(Map.of("DATABASE_URL", database, "BOOTSTRAP_CLIENT_SECRET", ""))
                .close();
    }

    @Test
    void insertsGoOnWhileMonthsAreDropped() throws Exception {
        long begun = System.nanoTime();
        LongHistory.append(TestServers.jdbcUrl(database), EVENTS, now.minusMonths(MONTHS - 1), Instant.now());
        say("%d events in %d months, written in %.0f s".formatted(EVENTS, MONTHS, seconds(begun)));

        try (RunningProduct product = RunningProduct.start(keeping)) {
            untilSigned(product);
            long end = System.nanoTime() + WINDOW.toNanos();
            print("before", insertWhile(product, () -> System.nanoTime() < end));

            List<Long> during = new ArrayList<>();
            for (int months = MONTHS - 2; months >= 4; months -= 2) {
                Future<Void> dropped = dropBefore(product, now.minusMonths(months));
                during.addAll(insertWhile(product, () -> !dropped.isComplete()));
                assertThat(dropped.succeeded()).isTrue();
            }
            print("while " + (MONTHS - 4) + " months were dropped", during);

            long left = Sql.number(database, "SELECT count(*) FROM audit.audit_events");
            assertThat(left - told.size()).isLessThan(EVENTS / 3);
            long verifying = System.nanoTime();
            AuditVerification verdict = AuditOperations.VERIFY
                    .ask(product.bus(), Caller.system("proof"), new VerifyAudit(null, null))
                    .await();
            say("%d events that are left verified in %.0f s".formatted(verdict.checkedCount(), seconds(verifying)));
            assertThat(verdict.verified()).isTrue();
            assertThat(verdict.checkedCount()).isGreaterThanOrEqualTo(left);
            String ids = "SELECT count(DISTINCT event_id) FROM audit.audit_events WHERE request_id = 'proof'";
            assertThat(Sql.number(database, ids))
                    .as("every fact that was acknowledged")
                    .isEqualTo(told.size());
        }
    }

    @Test
    void aMonthOfThemAllIsDroppedAndInsertsDoNotNoticeIt() throws Exception {
        YearMonth month = now.minusMonths(6);
        LongHistory.append(TestServers.jdbcUrl(database), EVENTS, month, start(month.plusMonths(1)));
        try (RunningProduct product = RunningProduct.start(keeping)) {
            untilSigned(product);
            long end = System.nanoTime() + WINDOW.toNanos();
            List<Long> before = insertWhile(product, () -> System.nanoTime() < end);
            print("before", before);

            long begun = System.nanoTime();
            Future<Void> dropped = dropBefore(product, month.plusMonths(1))
                    .onSuccess(done -> say("a month of %d dropped in %.1f s".formatted(EVENTS, seconds(begun))));
            List<Long> during =
                    insertWhile(product, () -> !dropped.isComplete() || System.nanoTime() - begun < WINDOW.toNanos());
            print("around the drop", during);
            assertThat(dropped.succeeded()).isTrue();
            assertThat(Sql.number(database, "SELECT count(*) FROM audit.audit_events"))
                    .as("all that is left is younger")
                    .isLessThan(told.size() + 100);
            assertThat(p99(during)).isLessThan(2 * p99(before));
        }
    }

    private static void untilSigned(RunningProduct product) {
        long begun = System.nanoTime();
        Management management = Management.of(product);
        Patience.untilWithin(
                Duration.ofMinutes(5),
                "a checkpoint of it all",
                () -> management
                        .get("/api/v1/audit/checkpoints?limit=1")
                        .json()
                        .at("/data/0/treeSize")
                        .asLong(),
                size -> size > EVENTS);
        say("the whole tree built and signed in %.0f s".formatted(seconds(begun)));
    }

    private Future<Void> dropBefore(RunningProduct product, YearMonth kept) {
        int days = (int) Duration.between(start(kept), Instant.now()).toDays();
        return LongHistory.dropOlderThan(product.runtime(), database, days);
    }

    private static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    }

    /** How long each batch took, in nanoseconds. */
    private List<Long> insertWhile(RunningProduct product, BooleanSupplier goesOn) {
        List<Long> times = new ArrayList<>();
        while (goesOn.getAsBoolean()) {
            List<Fact> facts =
                    IntStream.range(0, FACTS_AT_ONCE).mapToObj(i -> fact()).toList();
            long begun = System.nanoTime();
            Subscriber.AUDIT.deliver(product.bus(), facts).await();
            times.add(System.nanoTime() - begun);
            told.addAll(facts);
        }
        return times;
    }

    private static Fact fact() {
        return new Fact(
                UUID.randomUUID(),
                "token.issued",
                UUID.randomUUID(),
                Outcome.SUCCESS,
                Instant.now(),
                "proof",
                null,
                null,
                null,
                Management.json("{}"));
    }

    private static void print(String when, List<Long> times) {
        List<Long> sorted = times.stream().sorted().toList();
        assertThat(sorted).isNotEmpty();
        say("%d inserts of %d events %s: p50 %.1f ms, p99 %.1f ms, longest %.1f ms"
                .formatted(
                        sorted.size(),
                        FACTS_AT_ONCE,
                        when,
                        sorted.get(sorted.size() / 2) / 1e6,
                        p99(times) / 1e6,
                        sorted.get(sorted.size() - 1) / 1e6));
    }

    private static double p99(List<Long> times) {
        return times.stream().sorted().toList().get(times.size() * 99 / 100);
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void say(String what) {
        System.out.println("AUDIT PROOF  " + what);
    }
}
