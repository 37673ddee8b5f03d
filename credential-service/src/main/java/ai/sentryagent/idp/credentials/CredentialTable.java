package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.credentials.CredentialStatus;
import ai.sentryagent.idp.schema.credentials.ListCredentials;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The {@code credentials} table. */
final class CredentialTable {
    private static final Query INSERT = Query.of(
            "credentials.insert",
            """
            INSERT INTO credentials
                (credential_id, client_id, secret_hash, secret_mac, secret_hint, vault_path, vault_version, epoch,
                created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            ON CONFLICT (credential_id) DO NOTHING
            """);

    private static final Query LOCK = Query.of(
            "credentials.lock",
            """
            SELECT * FROM credentials WHERE client_id = $1 AND credential_id = $2 FOR UPDATE
            """);

    private static final Query ROTATE = Query.of(
            "credentials.rotate",
            """
            UPDATE credentials SET secret_hash = $2, secret_mac = $3, secret_hint = $4, vault_path = $5,
                vault_version = $6, previous_hash = $7, previous_mac = $8, previous_hint = $9, previous_path = $10,
                previous_version = $11, previous_until = $12, epoch = $13
            WHERE credential_id = $1
            """);

    private static final String REVOKED =
            """
            UPDATE credentials AS credential SET revoked_at = $2, epoch = epoch + 1, previous_hash = NULL,
                previous_mac = NULL, previous_hint = NULL, previous_path = NULL, previous_version = NULL,
                previous_until = NULL
            """;

    private static final Query REVOKE = Query.of("credentials.revoke", REVOKED + "WHERE credential_id = $1");

    /** Two stretches of one index, without those that are over. */
    private static final String ACTIVE =
            """
            SELECT credential_id FROM credentials WHERE client_id = $1 AND least(revoked_at, expires_at) IS NULL
            UNION ALL
            SELECT credential_id FROM credentials
            WHERE client_id = $1 AND least(revoked_at, expires_at) > $2 AND revoked_at IS NULL
            """;

    /** Locks in the order of the ids, as {@link #USED} does, so that no two can wait for each other. */
    private static final Query REVOKE_ACTIVE = Query.of(
            "credentials.revoke_active",
            REVOKED
                    + """
                    FROM (
                        SELECT credential_id AS id FROM credentials
                        WHERE credential_id = ANY (ARRAY (%s)) ORDER BY credential_id FOR UPDATE
                    ) AS active
                    WHERE credential_id = active.id
                    RETURNING credential.*
                    """
                            .formatted(ACTIVE));

    private static final Query FIND =
            Query.of("credentials.find", "SELECT * FROM credentials WHERE credential_id = $1");

    private static final Query COUNT_IN_VAULT = Query.of(
            "credentials.count_in_vault",
            """
            SELECT count(*) AS total FROM (
                SELECT FROM credentials WHERE vault_path IS NOT NULL AND revoked_at IS NULL LIMIT 10000
            ) AS there
            """);

    private static final Query COUNT_ACTIVE =
            Query.of("credentials.count_active", "SELECT count(*) AS total FROM (" + ACTIVE + ") AS active");

    private static final String MATCHING =
            """
            FROM credentials
            WHERE client_id = $1
              AND CASE $2::text
                  WHEN 'active' THEN revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $3)
                  WHEN 'expired' THEN revoked_at IS NULL AND expires_at <= $3
                  WHEN 'revoked' THEN revoked_at IS NOT NULL
                  ELSE true END
            """;

    private static final Query COUNT = Query.of("credentials.count", "SELECT count(*) AS total " + MATCHING);

    private static final Query PAGE = Query.of(
            "credentials.page",
            "SELECT * " + MATCHING + "ORDER BY created_at DESC, credential_id DESC LIMIT $4 OFFSET $5");

    /** Locks in the order of the ids, as {@link #REVOKE_ACTIVE} does, so that no two can wait for each other. */
    private static final Query USED = Query.of(
            "credentials.used",
            """
            UPDATE credentials AS credential SET last_used_at = greatest(credential.last_used_at, used.at)
            FROM (
                SELECT stored.credential_id, noted.at
                FROM unnest($1::uuid[], $2::timestamptz[]) AS noted (credential_id, at)
                JOIN credentials AS stored ON stored.credential_id = noted.credential_id
                ORDER BY stored.credential_id FOR NO KEY UPDATE OF stored
            ) AS used
            WHERE credential.credential_id = used.credential_id
            """);

    /** Compares the hash, so that a rotation in between is not undone. */
    private static final Query ADD_MAC = Query.of(
            "credentials.add_mac",
            """
            UPDATE credentials SET secret_mac = $3 WHERE credential_id = $1 AND secret_hash = $2
            """);

    /** Does nothing when the credential is there already; false in that case. */
    Future<Boolean> insert(SqlClient client, StoredCredential credential) {
        Tuple ids = Tuple.tuple().addUUID(credential.credentialId()).addUUID(credential.clientId());
        return INSERT.on(
                        client,
                        add(ids, credential.secret())
                                .addLong(credential.epoch())
                                .addOffsetDateTime(utc(credential.createdAt()))
                                .addOffsetDateTime(utc(credential.expiresAt())))
                .map(done -> done.rowCount() == 1);
    }

    Future<Optional<StoredCredential>> find(SqlClient client, UUID credentialId) {
        return FIND.on(client, Tuple.of(credentialId)).map(CredentialTable::first);
    }

    /** The row stays locked until the caller's transaction ends. */
    Future<Optional<StoredCredential>> lock(SqlClient transaction, UUID clientId, UUID credentialId) {
        return LOCK.on(transaction, Tuple.of(clientId, credentialId)).map(CredentialTable::first);
    }

    Future<Void> rotate(SqlClient transaction, StoredCredential rotated) {
        Tuple secrets = add(add(Tuple.of(rotated.credentialId()), rotated.secret()), rotated.previous());
        return ROTATE.on(
                        transaction,
                        secrets.addOffsetDateTime(utc(rotated.previousUntil())).addLong(rotated.epoch()))
                .mapEmpty();
    }

    Future<Void> revoke(SqlClient transaction, UUID credentialId, Instant now) {
        return REVOKE.on(transaction, Tuple.of(credentialId, utc(now))).mapEmpty();
    }

    /** Revokes those of the client that were active at this moment; what expired before has its end. */
    Future<List<StoredCredential>> revokeActive(SqlClient transaction, UUID clientId, Instant at) {
        return REVOKE_ACTIVE.on(transaction, Tuple.of(clientId, utc(at))).map(CredentialTable::all);
    }

    Future<Long> countActive(SqlClient client, UUID clientId, Instant now) {
        return COUNT_ACTIVE
                .on(client, Tuple.of(clientId, utc(now)))
                .map(rows -> rows.iterator().next().getLong("total"));
    }

    Future<Long> count(SqlClient client, ListCredentials filter, Instant now) {
        return COUNT.on(client, matching(filter, now))
                .map(rows -> rows.iterator().next().getLong("total"));
    }

    Future<List<StoredCredential>> page(SqlClient client, ListCredentials filter, long offset, Instant now) {
        return PAGE.on(client, matching(filter, now).addInteger(filter.limit()).addLong(offset))
                .map(CredentialTable::all);
    }

    /** How many that live have their secret in Vault; counts to 10,000. */
    Future<Long> countInVault(SqlClient client) {
        return COUNT_IN_VAULT.on(client).map(rows -> rows.iterator().next().getLong("total"));
    }

    /** The time of a use does not go back, whichever instance writes last. */
    Future<Void> used(SqlClient client, Map<UUID, Instant> lastUses) {
        Tuple uses = Tuple.tuple()
                .addArrayOfUUID(lastUses.keySet().toArray(UUID[]::new))
                .addArrayOfOffsetDateTime(
                        lastUses.values().stream().map(CredentialTable::utc).toArray(OffsetDateTime[]::new));
        return USED.on(client, uses).mapEmpty();
    }

    Future<Void> addMac(SqlClient client, UUID credentialId, HashedSecret checked, String mac) {
        return ADD_MAC.on(client, Tuple.of(credentialId, checked.bcrypt(), mac)).mapEmpty();
    }

    private static Tuple matching(ListCredentials filter, Instant now) {
        CredentialStatus status = filter.status();
        return Tuple.tuple()
                .addUUID(filter.agentId())
                .addString(status == null ? null : status.word())
                .addOffsetDateTime(utc(now));
    }

    private static List<StoredCredential> all(RowSet<Row> rows) {
        return rows.stream().map(CredentialTable::stored).toList();
    }

    private static Optional<StoredCredential> first(RowSet<Row> rows) {
        return rows.stream().findFirst().map(CredentialTable::stored);
    }

    static StoredCredential stored(Row row) {
        Instant revokedAt = instant(row.getOffsetDateTime("revoked_at"));
        return new StoredCredential(
                row.getUUID("credential_id"),
                row.getUUID("client_id"),
                Objects.requireNonNull(secret(row, "secret_", "vault_", revokedAt != null)),
                secret(row, "previous_", "previous_", revokedAt != null),
                instant(row.getOffsetDateTime("previous_until")),
                row.getLong("epoch"),
                row.getOffsetDateTime("created_at").toInstant(),
                instant(row.getOffsetDateTime("expires_at")),
                revokedAt,
                instant(row.getOffsetDateTime("last_used_at")));
    }

    private static @Nullable StoredSecret secret(Row row, String here, String inVault, boolean ended) {
        String hash = row.getString(here + "hash");
        if (hash != null) {
            return new HashedSecret(hash, row.getString(here + "mac"), row.getString(here + "hint"));
        }
        String path = row.getString(inVault + "path");
        return path == null ? null : new VaultedSecret(path, row.getInteger(inVault + "version"), ended);
    }

    /** Adds hash, MAC, hint, path and version, of which those that do not apply are null. */
    private static Tuple add(Tuple columns, @Nullable StoredSecret secret) {
        HashedSecret hashed = secret instanceof HashedSecret here ? here : null;
        VaultedSecret inVault = secret instanceof VaultedSecret there ? there : null;
        return columns.addString(hashed == null ? null : hashed.bcrypt())
                .addString(hashed == null ? null : hashed.mac())
                .addString(hashed == null ? null : hashed.hint())
                .addString(inVault == null ? null : inVault.path())
                .addInteger(inVault == null ? null : inVault.version());
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }
}
