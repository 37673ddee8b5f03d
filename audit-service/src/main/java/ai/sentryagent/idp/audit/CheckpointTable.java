package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.audit.Checkpoint;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * The {@code audit_checkpoints} table, whose rows the service's role can neither change nor delete, and the one row of
 * {@code audit_checkpoint_count}.
 */
final class CheckpointTable {
    /** Of all instances one makes checkpoints at a time. Any number will do that nobody else takes in this database. */
    private static final long LOCK = 0x6167656e74696472L;

    private static final Query TRY_LOCK =
            Query.of("audit_checkpoints.try_lock", "SELECT pg_try_advisory_xact_lock(" + LOCK + ") AS taken");

    private static final Query LOCK_ALL =
            Query.of("audit_checkpoints.lock", "SELECT pg_advisory_xact_lock(" + LOCK + ")");

    private static final Query INSERT = Query.of(
            "audit_checkpoints.insert",
            """
            INSERT INTO audit_checkpoints (tree_size, issuer, root_hash, chain_hash, timestamp, public_key, signature)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """);

    private static final Query LATEST =
            Query.of("audit_checkpoints.latest", "SELECT * FROM audit_checkpoints ORDER BY tree_size DESC LIMIT 1");

    private static final Query COUNT =
            Query.of("audit_checkpoints.count", "SELECT checkpoints AS total FROM audit_checkpoint_count");

    /** What lies before a page is stepped over in the index: the rows are several times as long. */
    private static final Query PAGE = Query.of(
            "audit_checkpoints.page",
            """
            SELECT * FROM audit_checkpoints
            WHERE tree_size <= (SELECT tree_size FROM audit_checkpoints ORDER BY tree_size DESC LIMIT 1 OFFSET $2)
            ORDER BY tree_size DESC LIMIT $1
            """);

    private static final Query BETWEEN = Query.of(
            "audit_checkpoints.between",
            "SELECT * FROM audit_checkpoints WHERE tree_size BETWEEN $1 AND $2 ORDER BY tree_size");

    private static final Query FIRST_FROM = Query.of(
            "audit_checkpoints.first_from",
            """
            SELECT * FROM audit_checkpoints
            WHERE tree_size >= $1 AND (cardinality($2::bytea[]) = 0 OR public_key = ANY ($2))
            ORDER BY tree_size LIMIT 1
            """);

    private static final Query FORGET =
            Query.of("audit_checkpoints.forget", "SELECT forget_audit_checkpoints($1) AS gone");

    /** Forgets at most so many of before the boundary, and says how many there were. */
    Future<Long> forget(SqlClient client, int many) {
        return FORGET.on(client, Tuple.of(many))
                .map(rows -> rows.iterator().next().getLong("gone"));
    }

    /** Whether this transaction is now the one that makes checkpoints. */
    Future<Boolean> tryLock(SqlClient transaction) {
        return TRY_LOCK.on(transaction).map(rows -> rows.iterator().next().getBoolean("taken"));
    }

    /** Waits until this transaction is the one that makes checkpoints. */
    Future<Void> lock(SqlClient transaction) {
        return LOCK_ALL.on(transaction).mapEmpty();
    }

    Future<Void> insert(SqlClient transaction, SignedCheckpoint signed) {
        Checkpoint checkpoint = signed.checkpoint();
        return INSERT.on(
                        transaction,
                        Tuple.of(checkpoint.treeSize(), checkpoint.issuer())
                                .addBuffer(SignedCheckpoint.hash(checkpoint.rootHash()))
                                .addBuffer(SignedCheckpoint.hash(checkpoint.chainHash()))
                                .addOffsetDateTime(checkpoint.timestamp().atOffset(ZoneOffset.UTC))
                                .addBuffer(signed.key().raw())
                                .addBuffer(Buffer.buffer(signed.signature())))
                .mapEmpty();
    }

    Future<Optional<SignedCheckpoint>> latest(SqlClient client) {
        return LATEST.on(client).map(rows -> checkpoints(rows).stream().findFirst());
    }

    Future<Long> count(SqlClient client) {
        return COUNT.on(client).map(rows -> rows.iterator().next().getLong("total"));
    }

    /** Newest first. */
    Future<List<SignedCheckpoint>> page(SqlClient client, int limit, long offset) {
        return PAGE.on(client, Tuple.of(limit, offset)).map(CheckpointTable::checkpoints);
    }

    /** Smallest first, both sizes included. */
    Future<List<SignedCheckpoint>> between(SqlClient client, long smallest, long largest) {
        return BETWEEN.on(client, Tuple.of(smallest, largest)).map(CheckpointTable::checkpoints);
    }

    /** The first that holds this many events or more and is under the name of a trusted key. */
    Future<Optional<SignedCheckpoint>> firstFrom(SqlClient client, long treeSize, TrustedKeys trusted) {
        Buffer[] keys = trusted.keys().stream().map(AuditPublicKey::raw).toArray(Buffer[]::new);
        return FIRST_FROM.on(client, Tuple.of(treeSize).addArrayOfBuffer(keys)).map(rows -> checkpoints(rows).stream()
                .findFirst());
    }

    private static List<SignedCheckpoint> checkpoints(RowSet<Row> rows) {
        return rows.stream().map(CheckpointTable::checkpoint).toList();
    }

    private static SignedCheckpoint checkpoint(Row row) {
        AuditPublicKey key = new AuditPublicKey(row.getBuffer("public_key"));
        return SignedCheckpoint.of(
                new Checkpoint(
                        row.getString("issuer"),
                        row.getLong("tree_size"),
                        SignedCheckpoint.hex(row.getBuffer("root_hash")),
                        SignedCheckpoint.hex(row.getBuffer("chain_hash")),
                        row.getOffsetDateTime("timestamp").toInstant(),
                        key.id(),
                        ""),
                key,
                row.getBuffer("signature").getBytes());
    }
}
