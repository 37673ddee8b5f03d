package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.Optional;

/** The {@code audit_boundaries} table: where the log begins since retention has dropped what was before. */
final class BoundaryTable {
    private static final Query LATEST = Query.of(
            "audit_boundaries.latest", "SELECT * FROM audit_boundaries WHERE is_dropped ORDER BY id DESC LIMIT 1");

    private static final Query INSERT = Query.of(
            "audit_boundaries.insert",
            """
            INSERT INTO audit_boundaries
                (kept_from, tree_size, issuer, root_hash, chain_hash, dropped_hash, timestamp, public_key, signature)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            RETURNING id
            """);

    private static final Query DROP = Query.of("audit_events.drop", "SELECT drop_audit_events($1, $2)");

    private final TrustedKeys trusted;

    BoundaryTable(TrustedKeys trusted) {
        this.trusted = trusted;
    }

    /** The place before the first that is left by right, and its hash in the chain. */
    record Edge(long place, Buffer hash) {}

    /** For this the signature of the boundary is enough: what was dropped though it came late need not be read. */
    Future<Edge> edge(SqlClient client) {
        return latest(client).map(latest -> latest.filter(trusted::vouchFor)
                .map(boundary ->
                        new Edge(boundary.sealed().treeSize(), boundary.sealed().chainHash()))
                .orElseGet(() -> new Edge(0, HashChain.origin())));
    }

    /** How many events at the beginning of the log are gone by right. */
    Future<Long> treeSize(SqlClient client) {
        return edge(client).map(Edge::place);
    }

    /** Drops what lies before a boundary and is older than so many days. */
    Future<Void> drop(SqlClient transaction, long id, int days) {
        return DROP.on(transaction, Tuple.of(id, days)).mapEmpty();
    }

    /** The last behind which something was dropped. */
    Future<Optional<Boundary>> latest(SqlClient client) {
        return LATEST.on(client).map(rows -> rows.stream().findFirst().map(BoundaryTable::boundary));
    }

    /** The id of the new one, behind which nothing has been dropped yet. */
    Future<Long> insert(SqlClient transaction, Boundary boundary) {
        Boundary.Sealed sealed = boundary.sealed();
        return INSERT.on(
                        transaction,
                        Tuple.tuple()
                                .addOffsetDateTime(boundary.keptFrom().atOffset(ZoneOffset.UTC))
                                .addLong(sealed.treeSize())
                                .addString(sealed.issuer())
                                .addBuffer(sealed.rootHash())
                                .addBuffer(sealed.chainHash())
                                .addBuffer(boundary.droppedHash())
                                .addOffsetDateTime(sealed.timestamp().atOffset(ZoneOffset.UTC))
                                .addBuffer(boundary.key().raw())
                                .addBuffer(boundary.signature()))
                .map(rows -> rows.iterator().next().getLong("id"));
    }

    private static Boundary boundary(Row row) {
        return new Boundary(
                row.getLong("id"),
                row.getOffsetDateTime("kept_from").toInstant(),
                new Boundary.Sealed(
                        row.getString("issuer"),
                        row.getLong("tree_size"),
                        row.getBuffer("root_hash"),
                        row.getBuffer("chain_hash"),
                        row.getOffsetDateTime("timestamp").toInstant()),
                row.getBuffer("dropped_hash"),
                new AuditPublicKey(row.getBuffer("public_key")),
                row.getBuffer("signature"));
    }
}
