package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.postgres.Query;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The {@code vault_chores} table: what is still to be destroyed in Vault. When that is due is read off the clock of the
 * database, because the clocks of the instances differ.
 */
final class VaultChoreTable {
    private static final Query INSERT = Query.of(
            "vault_chores.insert",
            """
            INSERT INTO vault_chores (chore_id, credential_id, vault_path, version, due)
            VALUES ($1, $2, $3, $4, now() + $5::bigint * interval '1 millisecond')
            """);

    /**
     * For credentials that are revoked next, and those that have expired, which have been left there until now. Whose secret
     * is apart may have left something at home.
     */
    private static final Query INSERT_ALL = Query.of(
            "vault_chores.insert_all",
            """
            INSERT INTO vault_chores (chore_id, credential_id, vault_path, due)
            SELECT gen_random_uuid(), credential_id, path, now() FROM (
                SELECT DISTINCT credential_id, path
                FROM credentials CROSS JOIN LATERAL (
                    VALUES (vault_path), (previous_path), (split_part(vault_path, '~', 1)),
                        (split_part(previous_path, '~', 1))
                ) AS there (path)
                WHERE client_id = $1 AND revoked_at IS NULL AND (vault_path IS NOT NULL OR previous_path IS NOT NULL)
                    AND path IS NOT NULL
            ) AS secret
            """);

    /** Nobody may have begun with it. */
    private static final Query CALL_OFF =
            Query.of("vault_chores.call_off", "DELETE FROM vault_chores WHERE chore_id = $1 AND tries = 0");

    /** Not due again for $1 milliseconds, or longer the more often it was tried: up to five times as long. */
    private static final Query TAKE = Query.of(
            "vault_chores.take",
            """
            UPDATE vault_chores SET tries = tries + 1,
                due = now() + (1 + least(tries, 4)) * $1::bigint * interval '1 millisecond'
            WHERE chore_id IN (
                SELECT chore_id FROM vault_chores WHERE due <= now() ORDER BY due LIMIT $2 FOR UPDATE SKIP LOCKED
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
                SELECT FROM vault_chores
                WHERE tries > 1 OR due < now() - $1::bigint * interval '1 millisecond' LIMIT 10000
            ) AS late
            """);

    /**
     * One thing to be destroyed.
     *
     * @param version null for whatever the credential does not refer to
     */
    record Chore(UUID choreId, UUID credentialId, String path, @Nullable Integer version, int tries) {}

    Future<Void> insert(SqlClient client, Chore chore, Duration delay) {
        return INSERT.on(
                        client,
                        Tuple.tuple()
                                .addUUID(chore.choreId())
                                .addUUID(chore.credentialId())
                                .addString(chore.path())
                                .addInteger(chore.version())
                                .addLong(delay.toMillis()))
                .mapEmpty();
    }

    /** Whatever this client has in Vault, for the transaction that ends its credentials. */
    Future<Void> insertAll(SqlClient transaction, UUID clientId) {
        return INSERT_ALL.on(transaction, Tuple.of(clientId)).mapEmpty();
    }

    /** False when it is too late. */
    Future<Boolean> callOff(SqlClient transaction, UUID choreId) {
        return CALL_OFF.on(transaction, Tuple.of(choreId)).map(done -> done.rowCount() == 1);
    }

    /** Some that are due, which nobody else gets before the pause is over. */
    Future<List<Chore>> take(SqlClient client, Duration pause, int most) {
        return TAKE.on(client, Tuple.of(pause.toMillis(), most))
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

    /** How many were tried in vain or should have been done that long ago; counts to 10,000. */
    Future<Long> overdue(SqlClient client, Duration ago) {
        return OVERDUE.on(client, Tuple.of(ago.toMillis()))
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
