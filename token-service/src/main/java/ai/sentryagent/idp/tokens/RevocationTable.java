package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Worded;
import ai.sentryagent.idp.schema.tokens.Marks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The {@code revocations} table: the truth about what is dead. */
final class RevocationTable {
    private static final Query RAISE = Query.of(
            "revocations.raise",
            """
            INSERT INTO revocations AS known (kind, id, epoch, expires_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (kind, id) DO UPDATE SET
                epoch = greatest(known.epoch, excluded.epoch), expires_at = greatest(known.expires_at, excluded.expires_at)
            RETURNING xmax = 0 AS is_new
            """);

    private static final Query DEAD = Query.of(
            "revocations.dead",
            """
            SELECT EXISTS (
                SELECT FROM revocations
                WHERE (kind = 'token' AND id = $1)
                   OR (kind = 'agent' AND id = $2 AND epoch > $3)
                   OR (kind = 'credential' AND id = $4 AND epoch > $5)
                   OR (kind = 'key' AND id = $6)) AS dead
            """);

    private static final Query FIND =
            Query.of("revocations.find", "SELECT * FROM revocations WHERE kind = $1 AND id = $2");

    private static final Query PAGE = Query.of(
            "revocations.page",
            """
            SELECT * FROM revocations
            WHERE (kind, id) > ($1, $2) AND expires_at > now() ORDER BY kind, id LIMIT $3
            """);

    private static final Query PURGE = Query.of(
            "revocations.purge",
            """
            DELETE FROM revocations WHERE (kind, id) IN (
                SELECT kind, id FROM revocations WHERE expires_at <= now() ORDER BY expires_at LIMIT $1
                FOR UPDATE SKIP LOCKED)
            """);

    /** Never lowers a mark; true when there was none. */
    Future<Boolean> raise(SqlClient client, Mark mark) {
        return RAISE.on(
                        client,
                        Tuple.of(
                                mark.kind().word(),
                                mark.id(),
                                mark.epoch(),
                                mark.expiresAt().atOffset(ZoneOffset.UTC)))
                .map(rows -> rows.iterator().next().getBoolean("is_new"));
    }

    Future<Boolean> isDead(SqlClient client, Marks token) {
        return DEAD.on(
                        client,
                        Tuple.of(
                                token.tokenId(),
                                token.agentId(),
                                token.agentEpoch(),
                                token.credentialId(),
                                token.credentialEpoch(),
                                token.keyId()))
                .map(rows -> rows.iterator().next().getBoolean("dead"));
    }

    Future<Optional<Mark>> find(SqlClient client, Mark.Kind kind, UUID id) {
        return FIND.on(client, Tuple.of(kind.word(), id))
                .map(rows -> rows.stream().findFirst().map(RevocationTable::mark));
    }

    /** Live marks in the order of their keys, after {@code last}. */
    Future<List<Mark>> page(SqlClient client, @Nullable Mark last, int count) {
        String kind = last == null ? "" : last.kind().word();
        UUID id = last == null ? new UUID(0, 0) : last.id();
        return PAGE.on(client, Tuple.of(kind, id, count))
                .map(rows -> rows.stream().map(RevocationTable::mark).toList());
    }

    /** Deletes at most so many that have expired, and says how many. */
    Future<Integer> purge(SqlClient client, int count) {
        return PURGE.on(client, Tuple.of(count)).map(done -> done.rowCount());
    }

    private static Mark mark(Row row) {
        return new Mark(
                Worded.of(Mark.Kind.class, row.getString("kind")),
                row.getUUID("id"),
                row.getLong("epoch"),
                row.getOffsetDateTime("expires_at").toInstant());
    }
}
