package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.Sql;
import java.sql.SQLException;
import java.util.List;

/** The outboxes of all services in one database. */
public record Outboxes(String databaseUrl) {
    private static final List<String> SCHEMAS = List.of("agents", "credentials", "tokens", "audit");

    /** Waits until every fact has been acknowledged. */
    public void untilEmpty() throws SQLException {
        Patience.until("empty outboxes", this::rows, rows -> rows == 0);
    }

    /** How many facts somebody has yet to acknowledge; each is due from now on. */
    int rows() throws SQLException {
        int rows = 0;
        for (String schema : SCHEMAS) {
            rows += Integer.parseInt(Sql.select(
                    databaseUrl,
                    "WITH due AS (UPDATE %s.outbox SET due_at = now() WHERE due_at > now() + interval '2 seconds')"
                                    .formatted(schema)
                            + " SELECT count(*) FROM %s.outbox".formatted(schema)));
        }
        return rows;
    }
}
