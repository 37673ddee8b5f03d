package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.Wire;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** The {@code token_monthly_counts} table, written together with the outbox rows of the tokens it counts. */
final class MonthlyCountTable {
    /**
     * Counts each client's tokens as far as its quota goes, and writes the outbox rows of those. Clients are counted in the
     * order of their ids, so that two batches cannot wait for each other; {@code last_granted} carries out of the upsert
     * what this statement, and no other, has granted.
     */
    private static final Query COUNT_AND_RECORD = Query.of(
            "token_monthly_counts.record",
            """
            WITH request AS (
                SELECT *, row_number() OVER (PARTITION BY client_id ORDER BY position) AS turn
                FROM unnest($1::uuid[], $2::uuid[], $3::text[])
                    WITH ORDINALITY AS asked (event_id, client_id, fact, position)
            ), counted AS (
                INSERT INTO token_monthly_counts AS so_far (client_id, month, issued, last_granted)
                SELECT client_id, $4, least(count(*), $5), least(count(*), $5)
                FROM request GROUP BY client_id ORDER BY client_id
                ON CONFLICT (client_id, month) DO UPDATE SET
                    last_granted = least(excluded.issued, greatest($5 - so_far.issued, 0)),
                    issued = so_far.issued + least(excluded.issued, greatest($5 - so_far.issued, 0))
                RETURNING client_id, issued, last_granted
            ), recorded AS (
                INSERT INTO outbox (event_id, subscriber, fact)
                SELECT event_id, $6, fact FROM request JOIN counted USING (client_id) WHERE turn <= last_granted
            )
            SELECT event_id, turn <= last_granted AS granted, issued FROM request JOIN counted USING (client_id)
            """);

    /** Whoever deletes at the same moment takes others. */
    private static final Query PURGE = Query.of(
            "token_monthly_counts.purge",
            """
            DELETE FROM token_monthly_counts WHERE (client_id, month) IN (
                SELECT client_id, month FROM token_monthly_counts WHERE month < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)
            """);

    /**
     * What became of one request.
     *
     * @param granted whether it was counted and recorded, both or neither
     * @param issued how many tokens the client has had this month, after this batch
     */
    record Counted(boolean granted, long issued) {}

    /** Answers in the order of the requests. */
    Future<List<Counted>> record(SqlClient client, List<Issuance> batch, LocalDate month, long quota) {
        return COUNT_AND_RECORD
                .on(
                        client,
                        Tuple.tuple()
                                .addArrayOfUUID(batch.stream()
                                        .map(i -> i.fact().fact().eventId())
                                        .toArray(UUID[]::new))
                                .addArrayOfUUID(
                                        batch.stream().map(Issuance::clientId).toArray(UUID[]::new))
                                .addArrayOfString(batch.stream()
                                        .map(i -> Wire.text(i.fact().fact()))
                                        .toArray(String[]::new))
                                .addLocalDate(month)
                                .addLong(quota)
                                .addString(Subscriber.AUDIT.word()))
                .map(rows -> {
                    Map<UUID, Counted> byEvent = new HashMap<>();
                    for (Row row : rows) {
                        byEvent.put(
                                row.getUUID("event_id"), new Counted(row.getBoolean("granted"), row.getLong("issued")));
                    }
                    return batch.stream()
                            .map(i -> Objects.requireNonNull(
                                    byEvent.get(i.fact().fact().eventId())))
                            .toList();
                });
    }

    /** Deletes at most so many of before a month, and says how many. */
    Future<Integer> purge(SqlClient client, LocalDate month, int count) {
        return PURGE.on(client, Tuple.of(month, count)).map(done -> done.rowCount());
    }
}
