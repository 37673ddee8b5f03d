package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.Sql;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The outboxes of all services in one database. */
public record Outboxes(String databaseUrl) {
    /** What waits for long is due from now on, but for what somebody has in hand. */
    private static final String MAKE_DUE =
            """
            %1$s AS (
                UPDATE %1$s.outbox SET due_at = now() WHERE (subscriber, event_id) IN (
                    SELECT subscriber, event_id FROM %1$s.outbox WHERE due_at > now() + interval '2 seconds'
                    FOR UPDATE SKIP LOCKED))
            """;

    private static final String MAKE_ALL_DUE_AND_COUNT =
            "WITH " + each(MAKE_DUE, ", ") + " SELECT " + each("(SELECT count(*) FROM %1$s.outbox)", " + ");

    /** Waits until every fact has been acknowledged. */
    public void untilEmpty() throws SQLException {
        Patience.until("empty outboxes", this::makeDueAndCount, rows -> rows == 0);
    }

    /** How many facts somebody has yet to acknowledge; each is due from now on. */
    long makeDueAndCount() throws SQLException {
        return Sql.number(databaseUrl, MAKE_ALL_DUE_AND_COUNT);
    }

    private static String each(String part, String between) {
        return Stream.of("agents", "credentials", "tokens", "audit")
                .map(part::formatted)
                .collect(Collectors.joining(between));
    }
}
