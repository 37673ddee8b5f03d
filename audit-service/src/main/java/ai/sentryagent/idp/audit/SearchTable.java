package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import ai.sentryagent.idp.schema.audit.ListAuditEvents;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The {@code audit_events} table as it is searched: each search reads one stretch of one index from its newest end, so that a
 * page costs the same however long the log is. The filters that there are make its statement, and an index serves each.
 */
final class SearchTable {
    /** Before every event, and after. */
    static final Position FIRST = new Position(Instant.parse("0001-01-01T00:00:00Z"), new UUID(0, 0));

    static final Position LAST = new Position(Instant.parse("9999-12-31T00:00:00Z"), new UUID(-1, -1));

    private final Map<String, Query> statements = new ConcurrentHashMap<>();

    /** A place in the order of time. */
    record Position(Instant timestamp, UUID eventId) {}

    /** At most {@code count} events, newest first, of before this position, after skipping {@code offset}. */
    Future<List<AuditEvent>> page(
            SqlClient client, ListAuditEvents search, @Nullable Position before, int count, long offset) {
        Position first = search.from() == null ? FIRST : new Position(search.from(), FIRST.eventId());
        Position end = search.until() == null ? LAST : new Position(search.until(), LAST.eventId());
        Stretch stretch = stretch(search, first, before == null ? end : before);
        return statement("audit_events.page", stretch.page(count, offset))
                .on(client, stretch.arguments)
                .map(rows -> rows.stream()
                        .map(row -> AuditTable.chained(row).event())
                        .toList());
    }

    /** How many there are from one moment until before another. */
    Future<Long> count(SqlClient client, ListAuditEvents search, Instant from, Instant end) {
        Stretch stretch = stretch(search, new Position(from, FIRST.eventId()), new Position(end, FIRST.eventId()));
        return statement("audit_events.count", stretch.count())
                .on(client, stretch.arguments)
                .map(rows -> rows.iterator().next().getLong("total"));
    }

    private Query statement(String operation, String sql) {
        return statements.computeIfAbsent(sql, made -> Query.of(operation, made));
    }

    private static Stretch stretch(ListAuditEvents search, Position first, Position end) {
        Stretch stretch = new Stretch(first, end);
        String action = search.action();
        boolean onlyFailures = search.outcome() == Outcome.FAILURE;
        if (action == null || onlyFailures || action.equals(TokenEvents.ISSUED.type())) {
            if (search.agentId() != null) {
                stretch.of("agent_id", "uuid", search.agentId());
            }
            if (action != null) { // most are issued and few fail, so that no index need lead to either
                stretch.where("action = " + stretch.place(action));
            }
        } else {
            if (search.agentId() != null) {
                stretch.of("(agent_id::text)", "text", search.agentId().toString());
            }
            stretch.of("action", "text", action);
            stretch.where("action <> 'token.issued'");
        }
        if (search.outcome() != null) {
            stretch.where(onlyFailures ? "outcome = 'failure'" : "outcome = 'success'");
        }
        return stretch;
    }

    /** What lies between two positions in an index that begins with columns of which one value is wanted. */
    private static final class Stretch {
        private final List<String> columns = new ArrayList<>();
        private final List<String> values = new ArrayList<>();
        private final List<String> conditions = new ArrayList<>();
        private final Tuple arguments;

        Stretch(Position first, Position end) {
            arguments = Tuple.of(
                    first.timestamp().atOffset(ZoneOffset.UTC),
                    first.eventId(),
                    end.timestamp().atOffset(ZoneOffset.UTC),
                    end.eventId());
        }

        /** A value that is selected is not known when the plan is made: statistics that lag behind cannot spoil it. */
        void of(String column, String type, Object value) {
            columns.add(column);
            values.add("(SELECT " + place(value) + "::" + type + ")");
        }

        void where(String condition) {
            conditions.add(condition);
        }

        /** What stands in the statement for this value. */
        String place(Object value) {
            arguments.addValue(value);
            return "$" + arguments.size();
        }

        /**
         * The columns stand in the order, too, and are compared as one with the time, so that no other index is in that order:
         * one by time alone would lead past months of others' events to the last of an agent that has been silent since.
         */
        String page(int count, long offset) {
            return "SELECT *" + rows(columns, values)
                    + " ORDER BY " + String.join(" DESC, ", with(columns, "timestamp", "event_id")) + " DESC"
                    + " LIMIT " + place(count) + " OFFSET " + place(offset);
        }

        String count() {
            for (int i = 0; i < columns.size(); i++) {
                where(columns.get(i) + " = " + values.get(i));
            }
            return "SELECT count(*) AS total" + rows(List.of(), List.of());
        }

        /** The ends of the stretch are the first four arguments. */
        private String rows(List<String> columns, List<String> values) {
            String key = "(" + String.join(", ", with(columns, "timestamp", "event_id")) + ")";
            where(key + " >= (" + String.join(", ", with(values, "$1", "$2")) + ")");
            where(key + " < (" + String.join(", ", with(values, "$3", "$4")) + ")");
            return " FROM audit_events WHERE " + String.join(" AND ", conditions);
        }

        private static List<String> with(List<String> some, String... more) {
            return Stream.concat(some.stream(), Stream.of(more)).toList();
        }
    }
}
