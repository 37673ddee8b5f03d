package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.audit.ListAuditEvents;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/** The {@code audit_agent_days} and {@code audit_hours} tables, which the database keeps as events are added. */
final class CountTable {
    private static final String MATCHING =
            """
             AND ($3::text IS NULL OR action = $3) AND ($4::text IS NULL OR outcome = $4)
            """;

    private static final Query HOURS = Query.of(
            "audit_hours.sum",
            "SELECT coalesce(sum(events), 0)::bigint AS total FROM audit_hours WHERE hour >= $1 AND hour < $2"
                    + MATCHING);

    private static final Query DAYS_OF_AGENT = Query.of(
            "audit_agent_days.sum",
            "SELECT coalesce(sum(events), 0)::bigint AS total FROM audit_agent_days WHERE day >= $1 AND day < $2"
                    + MATCHING + " AND agent_id = $5");

    /** What the events of such a search are counted by. */
    static ChronoUnit unit(ListAuditEvents search) {
        return search.agentId() == null ? ChronoUnit.HOURS : ChronoUnit.DAYS;
    }

    /** How many match from the begin of one such unit to the begin of another. */
    Future<Long> sum(SqlClient client, ListAuditEvents search, Instant from, Instant end) {
        Tuple arguments = Tuple.of(
                from.atOffset(ZoneOffset.UTC),
                end.atOffset(ZoneOffset.UTC),
                search.action(),
                search.outcome() == null ? null : search.outcome().word());
        Future<RowSet<Row>> sum = search.agentId() == null
                ? HOURS.on(client, arguments)
                : DAYS_OF_AGENT.on(client, arguments.addUUID(search.agentId()));
        return sum.map(rows -> rows.iterator().next().getLong("total"));
    }
}
