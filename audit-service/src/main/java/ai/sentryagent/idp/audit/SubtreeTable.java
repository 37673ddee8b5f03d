package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The {@code audit_subtrees} table: the roots from which, with the rows, every hash of the tree follows. */
final class SubtreeTable {
    private static final Query INSERT = Query.of(
            "audit_subtrees.insert",
            """
            INSERT INTO audit_subtrees (level, position, hash)
            SELECT * FROM unnest($1::smallint[], $2::bigint[], $3::bytea[])
            ON CONFLICT (level, position) DO NOTHING
            """);

    private static final Query FIND = Query.of(
            "audit_subtrees.find",
            """
            SELECT level, position, hash FROM audit_subtrees
            WHERE (level, position) IN (SELECT * FROM unnest($1::smallint[], $2::bigint[]))
            """);

    private static final Query COMPLETE = Query.of(
            "audit_subtrees.complete",
            "SELECT coalesce(max(position) + 1, 0) AS complete FROM audit_subtrees WHERE level = $1");

    Future<Void> insert(SqlClient transaction, Map<Subtree, Buffer> subtrees) {
        List<Map.Entry<Subtree, Buffer>> entries = List.copyOf(subtrees.entrySet());
        return INSERT.on(
                        transaction,
                        keys(entries.stream().map(Map.Entry::getKey).toList())
                                .addArrayOfBuffer(entries.stream()
                                        .map(Map.Entry::getValue)
                                        .toArray(Buffer[]::new)))
                .mapEmpty();
    }

    /** Those of them that there are. */
    Future<Map<Subtree, Buffer>> find(SqlClient client, Collection<Subtree> subtrees) {
        return FIND.on(client, keys(subtrees)).map(rows -> {
            Map<Subtree, Buffer> found = new HashMap<>();
            rows.forEach(row ->
                    found.put(new Subtree(row.getShort("level"), row.getLong("position")), row.getBuffer("hash")));
            return found;
        });
    }

    /** How many of this level there are. */
    Future<Long> complete(SqlClient client, int level) {
        return COMPLETE.on(client, Tuple.of((short) level))
                .map(rows -> rows.iterator().next().getLong("complete"));
    }

    private static Tuple keys(Collection<Subtree> subtrees) {
        return Tuple.tuple()
                .addArrayOfShort(subtrees.stream()
                        .map(subtree -> (short) subtree.level())
                        .toArray(Short[]::new))
                .addArrayOfLong(subtrees.stream().map(Subtree::position).toArray(Long[]::new));
    }
}
