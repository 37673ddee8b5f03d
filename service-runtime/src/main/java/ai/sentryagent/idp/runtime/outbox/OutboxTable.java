package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.Wire;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The {@code outbox} table that each service has in its own schema. */
final class OutboxTable {
    private static final Logger LOG = LoggerFactory.getLogger(OutboxTable.class);

    private static final Query INSERT = Query.of(
            "outbox.insert",
            """
            INSERT INTO outbox (event_id, subscriber, fact)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])
            """);

    /**
     * One after the other by the key. For many at once the planner would rather read the whole table, and the other index has
     * all that ever stood there until it is vacuumed.
     */
    private static final Query DELETE = Query.plannedAnew(
            "outbox.delete",
            """
            DELETE FROM outbox WHERE ctid = ANY (ARRAY (
                SELECT (
                    SELECT known.ctid FROM outbox AS known
                    WHERE known.event_id = gone.event_id AND known.subscriber || '' = $1
                )
                FROM unnest($2::uuid[]) AS gone (event_id)
            ))
            """);

    /** Claims rows for this instance by moving their due time: whoever dies with a claim loses it by the clock. */
    private static final Query CLAIM = Query.plannedAnew(
            "outbox.claim",
            """
            WITH due AS MATERIALIZED (
                SELECT event_id FROM outbox WHERE subscriber = $1 AND due_at <= now()
                ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED
            ), claimed AS (
                UPDATE outbox SET
                    attempts = attempts + 1,
                    due_at = now()
                        + least(60, 5 * power(2, least(attempts, 6))) * (0.8 + 0.4 * random()) * interval '1 second'
                FROM due WHERE outbox.subscriber = $1 AND outbox.event_id = due.event_id
                RETURNING outbox.event_id, outbox.fact
            )
            SELECT event_id, fact FROM claimed ORDER BY event_id
            """);

    private static final Query WAITING = Query.plannedAnew(
            "outbox.waiting",
            """
            SELECT current_schema() AS owner, known.subscriber, waiting.facts, waiting.overdue
            FROM unnest($1::text[]) AS known (subscriber), LATERAL (
                SELECT count(*) AS facts, count(*) FILTER (WHERE attempts > 0 OR due_at <= now()) AS overdue
                FROM (
                    SELECT attempts, due_at FROM outbox WHERE outbox.subscriber = known.subscriber
                    ORDER BY due_at LIMIT 10000
                ) AS counted
            ) AS waiting
            """);

    /**
     * The facts of one subscriber that still stand here.
     *
     * @param overdue those of them that whoever wrote them had not delivered when they were due
     */
    record Waiting(String owner, String subscriber, long facts, long overdue) {}

    Future<Void> insert(SqlClient client, List<OutboxEntry> entries) {
        List<UUID> ids = new ArrayList<>();
        List<String> subscribers = new ArrayList<>();
        List<String> facts = new ArrayList<>();
        for (OutboxEntry entry : entries) {
            String text = Wire.text(entry.fact());
            for (Subscriber subscriber : entry.subscribers()) {
                ids.add(entry.fact().eventId());
                subscribers.add(subscriber.word());
                facts.add(text);
            }
        }
        return INSERT.on(
                        client,
                        Tuple.tuple()
                                .addArrayOfUUID(ids.toArray(UUID[]::new))
                                .addArrayOfString(subscribers.toArray(String[]::new))
                                .addArrayOfString(facts.toArray(String[]::new)))
                .mapEmpty();
    }

    Future<Void> delete(SqlClient client, Subscriber subscriber, List<UUID> eventIds) {
        Tuple arguments = Tuple.of(subscriber.word()).addArrayOfUUID(eventIds.toArray(UUID[]::new));
        return DELETE.on(client, arguments)
                .compose(rows -> rows.rowCount() < eventIds.size()
                        ? DELETE.on(client, arguments) // one that was claimed meanwhile stands elsewhere now
                        : Future.succeededFuture(rows))
                .mapEmpty();
    }

    Future<List<Fact>> claim(SqlClient client, Subscriber subscriber, int limit) {
        return CLAIM.on(client, Tuple.of(subscriber.word(), limit)).map(rows -> rows.stream()
                .map(OutboxTable::fact)
                .flatMap(Optional::stream)
                .toList());
    }

    /** Of each subscriber, none included. */
    Future<List<Waiting>> waiting(SqlClient client) {
        String[] known = Stream.of(Subscriber.values()).map(Subscriber::word).toArray(String[]::new);
        return WAITING.on(client, Tuple.tuple().addArrayOfString(known)).map(rows -> rows.stream()
                .map(row -> new Waiting(
                        row.getString("owner"),
                        row.getString("subscriber"),
                        row.getLong("facts"),
                        row.getLong("overdue")))
                .toList());
    }

    /** A row that cannot be read stays where it is, and is no reason to keep back those that were claimed with it. */
    private static Optional<Fact> fact(Row row) {
        try {
            return Optional.of(Wire.parse(row.getString("fact"), Fact.class));
        } catch (RuntimeException e) {
            LOG.atError()
                    .setCause(e)
                    .addKeyValue("eventId", row.getUUID("event_id"))
                    .log("A fact in the outbox cannot be read");
            return Optional.empty();
        }
    }
}
