package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.Worded;
import ai.sentryagent.idp.schema.tokens.KeyStatus;
import ai.sentryagent.idp.schema.tokens.SigningAlgorithm;
import com.fasterxml.jackson.core.type.TypeReference;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** The {@code signing_keys} table: public halves, and private ones only sealed. */
final class SigningKeyTable {
    private static final TypeReference<Map<String, Object>> JWK = new TypeReference<>() {};

    private static final Query ADD = Query.of(
            "signing_keys.add",
            """
            INSERT INTO signing_keys (kid, algorithm, jwk, sealed, signs_from, verifiable_until)
            VALUES ($1, $2, $3, $4, %1$s + $5 * interval '1 second', %1$s + ($5 + $6) * interval '1 second')
            """
                    .formatted(from("$5")));

    private static final Query SEAL =
            Query.of("signing_keys.seal", "UPDATE signing_keys SET sealed = $2 WHERE kid = $1 AND sealed IS NULL");

    private static final Query PUBLISH_AGAIN = Query.of(
            "signing_keys.publish_again",
            """
            UPDATE signing_keys
            SET signs_from = %1$s + $2 * interval '1 second', verifiable_until = %1$s + ($2 + $3) * interval '1 second',
                renewed_at = now()
            WHERE kid = $1 AND withdrawn_at IS NULL
            """
                    .formatted(from("$2")));

    private static final Query RENEW = Query.of(
            "signing_keys.renew",
            """
            UPDATE signing_keys
            SET verifiable_until = greatest(verifiable_until, now() + $2 * interval '1 second'), renewed_at = now()
            WHERE kid = $1 AND withdrawn_at IS NULL
            """);

    /**
     * The order is that in which they sign: the youngest that may sign does. Whoever holds a key has renewed it within three
     * times {@link KeyRing#RENEW_EVERY}.
     */
    private static final String ALL =
            """
            SELECT *, CASE
                WHEN withdrawn_at IS NOT NULL THEN 'withdrawn'
                WHEN signs_from > now() THEN 'next'
                WHEN row_number() OVER (PARTITION BY withdrawn_at IS NULL AND signs_from <= now()
                                        ORDER BY signs_from DESC, created_at DESC) = 1 THEN 'current'
                ELSE 'retired' END AS status,
                renewed_at > now() - interval '90 seconds' AS is_held
            FROM signing_keys
            """;

    private static final Query EVER = Query.of("signing_keys.ever", ALL + "ORDER BY signs_from DESC, created_at DESC");

    /** The one that signs stays, however long nobody was there to say that it does. */
    private static final Query RING = Query.of(
            "signing_keys.ring",
            "SELECT * FROM (" + ALL
                    + """
                    ) AS key WHERE verifiable_until > now() OR status = 'current'
                    ORDER BY signs_from DESC, created_at DESC
                    """);

    /** However many were withdrawn. */
    private static final Query PUBLISHED = Query.of(
            "signing_keys.published",
            "SELECT * FROM (" + ALL
                    + """
                    WHERE withdrawn_at IS NULL) AS key WHERE verifiable_until > now() OR status = 'current'
                    ORDER BY signs_from DESC, created_at DESC
                    """);

    /** Any number will do that nobody else takes in this database. */
    private static final long CHANGE = 0x6167656e74696473L;

    /** Whoever changes the ring does so alone. Of a table that is empty no row can be locked. */
    private static final Query ALONE = Query.of("signing_keys.alone", "SELECT pg_advisory_xact_lock(" + CHANGE + ")");

    /** Nor does anybody else change a key meanwhile. */
    private static final Query LOCK =
            Query.of("signing_keys.lock", "SELECT kid FROM signing_keys ORDER BY kid FOR UPDATE");

    private static final Query WITHDRAW = Query.of(
            "signing_keys.withdraw",
            """
            UPDATE signing_keys SET withdrawn_at = now(), sealed = NULL WHERE kid = ANY ($1)
            """);

    /** By then every instance signs with the one that came after it. */
    private static final Query FORGET = Query.of(
            "signing_keys.forget",
            """
            UPDATE signing_keys AS old SET sealed = NULL
            WHERE sealed IS NOT NULL AND EXISTS (
                SELECT FROM signing_keys AS young
                WHERE young.sealed IS NOT NULL AND young.withdrawn_at IS NULL
                  AND young.signs_from > old.signs_from AND young.signs_from < now() - $1 * interval '1 second')
            """);

    /**
     * When a key's time begins to count. To be published first is to be seen, and its transaction may have begun long before:
     * it waits for its turn. A key that signs at once does so from the beginning, or its own transaction would not see it sign.
     */
    private static String from(String signsAfter) {
        return "CASE WHEN " + signsAfter + " > 0 THEN clock_timestamp() ELSE now() END";
    }

    Future<Void> add(SqlClient client, NewKey key) {
        return ADD.on(
                        client,
                        Tuple.of(
                                key.pair().kid(),
                                key.pair().algorithm().name(),
                                Wire.text(key.pair().publicJwk()),
                                key.sealed(),
                                key.signsAfter().toSeconds(),
                                key.verifiableFor().toSeconds()))
                .mapEmpty();
    }

    /** Keeps the private half of a key that is known. */
    Future<Void> seal(SqlClient client, NewKey key) {
        return SEAL.on(client, Tuple.of(key.pair().kid(), key.sealed())).mapEmpty();
    }

    /** Publishes a key that is known, has it left the ring or not, as if it were new. */
    Future<Void> publishAgain(SqlClient client, NewKey key) {
        return PUBLISH_AGAIN
                .on(
                        client,
                        Tuple.of(
                                key.pair().kid(),
                                key.signsAfter().toSeconds(),
                                key.verifiableFor().toSeconds()))
                .mapEmpty();
    }

    Future<Void> renew(SqlClient client, String kid, Duration verifiableFor) {
        return RENEW.on(client, Tuple.of(kid, verifiableFor.toSeconds())).mapEmpty();
    }

    /** Every key whose tokens may not have expired, the one that begins to sign last first. */
    Future<List<StoredKey>> ring(SqlClient client) {
        return RING.on(client)
                .map(rows -> rows.stream().map(SigningKeyTable::stored).toList());
    }

    /** Those of them that have not been withdrawn. */
    Future<List<StoredKey>> published(SqlClient client) {
        return PUBLISHED
                .on(client)
                .map(rows -> rows.stream().map(SigningKeyTable::stored).toList());
    }

    /** Every key that there has ever been, for whoever changes the ring in this transaction. */
    Future<List<StoredKey>> lock(SqlClient transaction) {
        return ALONE.on(transaction)
                .compose(alone -> LOCK.on(transaction))
                .compose(locked -> EVER.on(transaction))
                .map(rows -> rows.stream().map(SigningKeyTable::stored).toList());
    }

    /** One key, whether it is in the ring or not. */
    Future<StoredKey> key(SqlClient client, String kid) {
        return EVER.on(client).map(rows -> rows.stream()
                .map(SigningKeyTable::stored)
                .filter(key -> key.kid().equals(kid))
                .findFirst()
                .orElseThrow());
    }

    /** Ends the keys and throws their private halves away. */
    Future<Void> withdraw(SqlClient client, List<String> kids) {
        return WITHDRAW.on(client, Tuple.of(kids.toArray(String[]::new))).mapEmpty();
    }

    /** Throws away the private half of every key whose successor has signed for that long. */
    Future<Void> forget(SqlClient client, Duration retiredFor) {
        return FORGET.on(client, Tuple.of(retiredFor.toSeconds())).mapEmpty();
    }

    private static StoredKey stored(Row row) {
        return new StoredKey(
                row.getString("kid"),
                SigningAlgorithm.valueOf(row.getString("algorithm")),
                Worded.of(KeyStatus.class, row.getString("status")),
                Wire.parse(row.getString("jwk"), JWK),
                row.getBuffer("sealed"),
                row.getBoolean("is_held"),
                new StoredKey.Times(
                        instant(row, "created_at"), instant(row, "signs_from"), instant(row, "verifiable_until")));
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column).toInstant();
    }
}
