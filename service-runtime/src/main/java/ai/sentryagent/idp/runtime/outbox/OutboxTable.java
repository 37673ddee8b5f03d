package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.Worded;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** The {@code outbox} table that each service has in its own schema. */
final class OutboxTable {
    private static final Query INSERT = Query.of(
            "outbox.insert",
            """
            INSERT INTO outbox (event_id, subscriber, fact)
            SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[])
            """);

    private static final Query DELETE = Query.of(
            "outbox.delete",
            """
            DELETE FROM outbox WHERE subscriber = $1 AND event_id = ANY ($2::uuid[])
            """);

    /** Claims rows for this instance by moving their due time: whoever dies with a claim loses it by the clock. */
    private static final Query CLAIM = Query.of(
            "outbox.claim",
            """
            UPDATE outbox SET
                attempts = attempts + 1,
                due_at = now() + least(60, 5 * power(2, least(attempts, 6))) * (0.8 + 0.4 * random()) * interval '1 second'
            WHERE (event_id, subscriber) IN (
                SELECT event_id, subscriber FROM outbox
                WHERE due_at <= now() ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING subscriber, fact
            """);

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
        return DELETE.on(client, Tuple.of(subscriber.word()).addArrayOfUUID(eventIds.toArray(UUID[]::new)))
                .mapEmpty();
    }

    Future<List<OutboxEntry>> claim(SqlClient client, int limit) {
        return CLAIM.on(client, Tuple.of(limit)).map(rows -> {
            List<OutboxEntry> claimed = new ArrayList<>();
            rows.forEach(row -> claimed.add(entry(row)));
            return claimed;
        });
    }

    private static OutboxEntry entry(Row row) {
        Subscriber subscriber = Worded.of(Subscriber.class, row.getString("subscriber"));
        return new OutboxEntry(Wire.parse(row.getString("fact"), Fact.class), Set.of(subscriber));
    }
}
