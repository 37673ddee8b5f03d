package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Worded;
import ai.sentryagent.idp.schema.tokens.Marks;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** The {@code revocations} table: the truth about what is dead. */
final class RevocationTable {
    private static final Query RAISE = Query.of(
            "revocations.raise",
            """
            INSERT INTO revocations AS known (kind, id, epoch, expires_at)
            SELECT kind, id, max(epoch), max(expires_at)
            FROM unnest($1::text[], $2::uuid[], $3::bigint[], $4::timestamptz[]) AS raised (kind, id, epoch, expires_at)
            GROUP BY kind, id ORDER BY kind, id
            ON CONFLICT (kind, id) DO UPDATE SET
                epoch = greatest(known.epoch, excluded.epoch), expires_at = greatest(known.expires_at, excluded.expires_at)
            RETURNING xmax = 0 AS is_new
            """);

    private static final Query DEAD = Query.of(
            "revocations.dead",
            """
            SELECT EXISTS (SELECT FROM revocations WHERE kind = 'token' AND id = token_id)
                OR EXISTS (SELECT FROM revocations WHERE kind = 'agent' AND id = agent_id AND epoch > agent_epoch)
                OR EXISTS (SELECT FROM revocations
                    WHERE kind = 'credential' AND id = credential_id AND epoch > credential_epoch)
                OR EXISTS (SELECT FROM revocations WHERE kind = 'key' AND id = key_id) AS dead
            FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::bigint[], $6::uuid[])
                WITH ORDINALITY AS asked
                (token_id, agent_id, agent_epoch, credential_id, credential_epoch, key_id, place)
            ORDER BY place
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

    /** Never lowers a mark; true when there was none of them. */
    Future<Boolean> raise(SqlClient client, List<Mark> marks) {
        return RAISE.on(
                        client,
                        Tuple.tuple()
                                .addArrayOfString(marks.stream()
                                        .map(mark -> mark.kind().word())
                                        .toArray(String[]::new))
                                .addArrayOfUUID(marks.stream().map(Mark::id).toArray(UUID[]::new))
                                .addArrayOfLong(marks.stream().map(Mark::epoch).toArray(Long[]::new))
                                .addArrayOfOffsetDateTime(marks.stream()
                                        .map(mark -> mark.expiresAt().atOffset(ZoneOffset.UTC))
                                        .toArray(OffsetDateTime[]::new)))
                .map(rows -> rows.stream().allMatch(row -> row.getBoolean("is_new")));
    }

    /**
     * A token that is asked about.
     *
     * @param keyId as the marks have it
     */
    record Asked(Marks marks, UUID keyId) {}

    /** Whether each of them is dead, in their order. */
    Future<List<Boolean>> areDead(SqlClient client, List<Asked> tokens) {
        return DEAD.on(
                        client,
                        Tuple.tuple()
                                .addArrayOfUUID(
                                        ids(tokens, asked -> asked.marks().tokenId()))
                                .addArrayOfUUID(
                                        ids(tokens, asked -> asked.marks().agentId()))
                                .addArrayOfLong(epochs(tokens, Marks::agentEpoch))
                                .addArrayOfUUID(
                                        ids(tokens, asked -> asked.marks().credentialId()))
                                .addArrayOfLong(epochs(tokens, Marks::credentialEpoch))
                                .addArrayOfUUID(ids(tokens, Asked::keyId)))
                .map(rows -> rows.stream().map(row -> row.getBoolean("dead")).toList());
    }

    private static UUID[] ids(List<Asked> tokens, Function<Asked, UUID> id) {
        return tokens.stream().map(id).toArray(UUID[]::new);
    }

    private static Long[] epochs(List<Asked> tokens, ToLongFunction<Marks> epoch) {
        return tokens.stream().map(asked -> epoch.applyAsLong(asked.marks())).toArray(Long[]::new);
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
