package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The {@code audit_dropped} table: hashes of events that retention has dropped though they came after younger ones, so that
 * the chain and the tree go on over the places where they were.
 */
final class DroppedTable {
    private static final Query BETWEEN = Query.of(
            "audit_dropped.between", "SELECT sequence, hash FROM audit_dropped WHERE sequence BETWEEN $1 AND $2");

    private static final Query NEXT = Query.of(
            "audit_dropped.next",
            "SELECT sequence, hash FROM audit_dropped WHERE sequence > $1 ORDER BY sequence LIMIT $2");

    private static final Query ANY =
            Query.of("audit_dropped.any", "SELECT EXISTS (SELECT FROM audit_dropped) AS found");

    /** Those that are about to be dropped join those that have been. */
    private static final Query NOTE = Query.of(
            "audit_dropped.note",
            """
            INSERT INTO audit_dropped (sequence, hash)
            SELECT sequence, hash FROM audit_events WHERE sequence > $1 AND timestamp < $2
            ON CONFLICT (sequence) DO NOTHING
            """);

    /** A place and what is left of its event. */
    record Dropped(long sequence, Buffer hash) {}

    /** By their places, both ends included. Of few places: there may be as many as a month has events. */
    Future<Map<Long, Buffer>> between(SqlClient client, long first, long last) {
        return BETWEEN.on(client, Tuple.of(first, last)).map(rows -> {
            Map<Long, Buffer> hashes = new HashMap<>();
            rows.forEach(row -> hashes.put(row.getLong("sequence"), row.getBuffer("hash")));
            return hashes;
        });
    }

    /** In the order of their places, at most {@code count} of those after one. */
    Future<List<Dropped>> next(SqlClient client, long after, int count) {
        return NEXT.on(client, Tuple.of(after, count)).map(rows -> rows.stream()
                .map(row -> new Dropped(row.getLong("sequence"), row.getBuffer("hash")))
                .toList());
    }

    Future<Boolean> holdsAny(SqlClient client) {
        return ANY.on(client).map(rows -> rows.iterator().next().getBoolean("found"));
    }

    /** Keeps the hashes of the events after a place that are older than what is kept. */
    Future<Void> note(SqlClient transaction, long after, Instant keptFrom) {
        return NOTE.on(transaction, Tuple.of(after, keptFrom.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }
}
