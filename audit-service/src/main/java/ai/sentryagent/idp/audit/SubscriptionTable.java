package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The {@code subscriptions} table: one row a consumer, and how far it has come. */
final class SubscriptionTable {
    private static final Query POSITION =
            Query.of("subscriptions.position", "SELECT position FROM subscriptions WHERE name = $1");

    private static final Query POSITIONS =
            Query.of("subscriptions.positions", "SELECT name, position FROM subscriptions");

    /** Of two that begin at once, one does. */
    private static final Query INSERT = Query.of(
            "subscriptions.insert",
            "INSERT INTO subscriptions (name, position) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING");

    /** Never back: of two under one name, the one that is behind goes on where the other is. */
    private static final Query ADVANCE = Query.of(
            "subscriptions.advance",
            "UPDATE subscriptions SET position = greatest(position, $2) WHERE name = $1 RETURNING position");

    private static final Query DELETE = Query.of("subscriptions.delete", "DELETE FROM subscriptions WHERE name = $1");

    Future<Optional<Long>> position(SqlClient client, String name) {
        return POSITION.on(client, Tuple.of(name)).map(SubscriptionTable::position);
    }

    Future<Map<String, Long>> positions(SqlClient client) {
        return POSITIONS.on(client).map(rows -> {
            Map<String, Long> positions = new HashMap<>();
            rows.forEach(row -> positions.put(row.getString("name"), row.getLong("position")));
            return positions;
        });
    }

    /** Where there is none of this name yet. */
    Future<Void> insert(SqlClient client, String name, long position) {
        return INSERT.on(client, Tuple.of(name, position)).mapEmpty();
    }

    /** Where it stands afterwards; empty when there is no such subscription. */
    Future<Optional<Long>> advance(SqlClient client, String name, long position) {
        return ADVANCE.on(client, Tuple.of(name, position)).map(SubscriptionTable::position);
    }

    Future<Void> delete(SqlClient client, String name) {
        return DELETE.on(client, Tuple.of(name)).mapEmpty();
    }

    private static Optional<Long> position(RowSet<Row> rows) {
        return rows.stream().findFirst().map(row -> row.getLong("position"));
    }
}
