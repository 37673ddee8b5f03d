package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Looks into a product's tables, for what HTTP does not show. */
final class Tables {
    private Tables() {}

    /** The one number that the query finds. */
    static long number(String database, String sql) {
        try (Connection connection = DriverManager.getConnection(TestServers.jdbcUrl(database));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            if (!rows.next()) {
                throw new AssertionError("Nothing found: " + sql);
            }
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Waits until everybody knows every fact of the schema's owner. */
    static void drained(String database, String schema) {
        Patience.until(
                "an empty outbox of " + schema,
                () -> number(database, "SELECT count(*) FROM " + schema + ".outbox"),
                left -> left == 0);
    }
}
