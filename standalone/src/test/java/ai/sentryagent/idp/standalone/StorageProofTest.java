package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a token leaves behind in Postgres, and what is written on its way there. */
@Tag("proof")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class StorageProofTest {
    private static final int TOKENS = Integer.getInteger("agentidp.tokens", 20_000);
    private static final int AGENTS = 20;
    private static final int AT_A_TIME = 16;
    private static final int BYTES_OF_ROW = 500;
    private static final int BYTES_OF_INDEXES = 400;
    private static final int BYTES_OF_WAL = 4_000;
    /** What stays of an outbox, whatever has gone through it. */
    private static final int BYTES_OF_OUTBOX = 4_000_000;

    private final String database = TestServers.freshDatabase();

    @Test
    void aTokenLeavesOneRowOfTheLogAndNothingElse() throws Exception {
        try (RunningProduct product =
                RunningProduct.start(Map.of("DATABASE_URL", database, "MAX_TOKENS_PER_MONTH", "0"))) {
            Cast cast = Cast.on(product);
            List<Member> members =
                    IntStream.range(0, AGENTS).mapToObj(i -> cast.member()).toList();
            int warm = issue(cast, members, TOKENS / 10); // every table has its first pages
            settle();
            Map<String, Long> before = sizes();
            long rows = rows();
            long log = written();
            int tokens = issue(cast, members, TOKENS);
            new Outboxes(database).untilEmpty();
            double wal = (written() - log) / (double) tokens;
            settle();
            Map<String, Long> grown = new TreeMap<>(sizes());
            before.forEach((relation, bytes) -> grown.merge(relation, -bytes, Long::sum));
            double row = each(grown, tokens, "audit.audit_events", "r");
            double indexes = each(grown, tokens, "audit.audit_events", "i");
            double rest = grown.values().stream().mapToLong(bytes -> bytes).sum() / (double) tokens - row - indexes;
            grown.forEach((relation, bytes) -> {
                if (bytes != 0) {
                    say("%-60s %,10d bytes more".formatted(relation, bytes));
                }
            });
            say(
                    "of %,d tokens (after %,d) each left %.0f bytes in the log, %.0f in its indexes, %.1f elsewhere; %.0f of WAL"
                            .formatted(tokens, warm, row, indexes, rest, wal));
            assertThat(rows() - rows).isEqualTo(tokens);
            assertThat(row).isBetween(100.0, (double) BYTES_OF_ROW);
            assertThat(indexes).isBetween(100.0, (double) BYTES_OF_INDEXES);
            assertThat(rest).isLessThan(BYTES_OF_OUTBOX / (double) tokens);
            assertThat(wal).isLessThan(BYTES_OF_WAL);
            assertThat(new Outboxes(database).makeDueAndCount()).isZero();
        }
    }

    /** How many there were in the end: whoever is asking when there are enough asks to the end. */
    private static int issue(Cast cast, List<Member> members, int count) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Collection<Reply> replies;
        try (Crowd crowd = new Crowd()) {
            replies = crowd.replies();
            crowd.keepAsking(AT_A_TIME, () -> cast.ask(members.get(next.getAndIncrement() % AGENTS)));
            crowd.untilMore(count, 200);
        }
        assertThat(replies).allMatch(reply -> reply.status() == 200);
        return replies.size();
    }

    private static double each(Map<String, Long> grown, int tokens, String name, String kind) {
        return grown.entrySet().stream()
                        .filter(relation -> relation.getKey().startsWith(kind + " " + name))
                        .mapToLong(Map.Entry::getValue)
                        .sum()
                / (double) tokens;
    }

    private long rows() throws SQLException {
        return Sql.number(database, "SELECT count(*) FROM audit.audit_events WHERE action = 'token.issued'");
    }

    private long written() throws SQLException {
        return Sql.number(database, "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint");
    }

    private void settle() throws SQLException {
        new Outboxes(database).untilEmpty();
        Sql.update(database, "VACUUM ANALYZE");
        Sql.update(database, "CHECKPOINT");
    }

    /** Bytes by table, with what belongs to it, and index. */
    private Map<String, Long> sizes() throws SQLException {
        Map<String, Long> sizes = new TreeMap<>();
        Sql.selectAll(
                        database,
                        """
                        SELECT relkind || ' ' || nspname || '.' || relname || '=' || pg_table_size(pg_class.oid)
                        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
                        WHERE nspname IN ('agents', 'credentials', 'tokens', 'audit') AND relkind IN ('r', 'i')
                        """)
                .forEach(line -> {
                    int end = line.indexOf('=');
                    sizes.put(line.substring(0, end), Long.parseLong(line.substring(end + 1)));
                });
        return sizes;
    }

    private static void say(String what) {
        System.out.println("STORAGE PROOF  " + what);
    }
}
