package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.postgres.Query;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The {@code vault_chores} table: what is still to be destroyed in Vault. */
final class VaultChoreTable {
    private static final Query INSERT = Query.of(
            "vault_chores.insert",
            """
            INSERT INTO vault_chores (chore_id, credential_id, vault_path, version, due) VALUES ($1, $2, $3, $4, $5)
            """);

    /** Nobody may have begun with it. */
    private static final Query CALL_OFF =
            Query.of("vault_chores.call_off", "DELETE FROM vault_chores WHERE chore_id = $1 AND tries = 0");

    /** Not due again before $2, or later the more often it was tried: up to five times as late. */
    private static final Query TAKE = Query.of(
            "vault_chores.take",
            """
            UPDATE vault_chores SET tries = tries + 1, due = $2::timestamptz + least(tries, 4) * ($2::timestamptz - $1::timestamptz)
            WHERE chore_id IN (
                SELECT chore_id FROM vault_chores WHERE due <= $1 ORDER BY due LIMIT $3 FOR UPDATE SKIP LOCKED
            )
            RETURNING *
            """);

    private static final Query DONE = Query.of("vault_chores.done", "DELETE FROM vault_chores WHERE chore_id = $1");

    /** Whether a new secret may be about to get a credential that refers to it. */
    private static final Query UNDER_WAY = Query.of(
            "vault_chores.under_way",
            """
            SELECT EXISTS (
                SELECT FROM vault_chores
                WHERE credential_id = $1 AND chore_id <> $2 AND version IS NULL AND tries = 0
            ) AS busy
            """);

    private static final Query OVERDUE = Query.of(
            "vault_chores.overdue",
            """
            SELECT count(*) AS total FROM (
                SELECT FROM vault_chores WHERE tries > 1 OR due < $1 LIMIT 10000
            ) AS late
            """);

    /**
     * One thing to be destroyed.
     *
     * @param version null for whatever the credential does not refer to
     */
    record Chore(UUID choreId, UUID credentialId, String path, @Nullable Integer version, int tries) {}

    Future<Void> insert(SqlClient client, Chore chore, Instant due) {
        return INSERT.on(
                        client,
                        Tuple.tuple()
                                .addUUID(chore.choreId())
                                .addUUID(chore.credentialId())
                                .addString(chore.path())
                                .addInteger(chore.version())
                                .addOffsetDateTime(due.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    /** False when it is too late. */
    Future<Boolean> callOff(SqlClient transaction, UUID choreId) {
        return CALL_OFF.on(transaction, Tuple.of(choreId)).map(done -> done.rowCount() == 1);
    }

    /** Some that are due, which nobody else gets before {@code again}. */
    Future<List<Chore>> take(SqlClient client, Instant now, Instant again, int most) {
        return TAKE.on(client, Tuple.of(now.atOffset(ZoneOffset.UTC), again.atOffset(ZoneOffset.UTC), most))
                .map(rows -> rows.stream().map(VaultChoreTable::chore).toList());
    }

    Future<Void> done(SqlClient client, UUID choreId) {
        return DONE.on(client, Tuple.of(choreId)).mapEmpty();
    }

    Future<Boolean> isOtherUnderWay(SqlClient client, Chore chore) {
        return UNDER_WAY
                .on(client, Tuple.of(chore.credentialId(), chore.choreId()))
                .map(rows -> rows.iterator().next().getBoolean("busy"));
    }

    /** How many should have been done before; counts to 10,000. */
    Future<Long> overdue(SqlClient client, Instant since) {
        return OVERDUE.on(client, Tuple.of(since.atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.iterator().next().getLong("total"));
    }

    private static Chore chore(Row row) {
        return new Chore(
                row.getUUID("chore_id"),
                row.getUUID("credential_id"),
                row.getString("vault_path"),
                row.getInteger("version"),
                row.getInteger("tries"));
    }
}
