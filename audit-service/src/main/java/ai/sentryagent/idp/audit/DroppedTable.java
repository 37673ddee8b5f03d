package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The {@code audit_dropped} table: hashes of events that retention has dropped though they came after younger ones, so that
 * the chain and the tree go on over the places where they were.
 */
final class DroppedTable {
    private static final Query BETWEEN = Query.of(
            "audit_dropped.between", "SELECT sequence, hash FROM audit_dropped WHERE sequence BETWEEN $1 AND $2");

    /** Those that are about to be dropped join those that have been. */
    private static final Query NOTE = Query.of(
            "audit_dropped.note",
            """
            INSERT INTO audit_dropped (sequence, hash)
            SELECT sequence, hash FROM audit_events WHERE sequence > $1 AND timestamp < $2
            ON CONFLICT (sequence) DO NOTHING
            """);

    /** By their places, both ends included. */
    Future<SortedMap<Long, Buffer>> between(SqlClient client, long first, long last) {
        return BETWEEN.on(client, Tuple.of(first, last)).map(rows -> {
            SortedMap<Long, Buffer> hashes = new TreeMap<>();
            rows.forEach(row -> hashes.put(row.getLong("sequence"), row.getBuffer("hash")));
            return hashes;
        });
    }

    /** Keeps the hashes of the events after a place that are older than what is kept. */
    Future<Void> note(SqlClient transaction, long after, Instant keptFrom) {
        return NOTE.on(transaction, Tuple.of(after, keptFrom.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }
}
