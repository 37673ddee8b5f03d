package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.audit.ListAuditEvents;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** How many events match. Only where a window cuts a day or an hour are events counted: what is whole has been counted already. */
final class AuditTotal {
    private final SearchTable events = new SearchTable();
    private final CountTable counts = new CountTable();

    Future<Long> of(SqlClient client, ListAuditEvents search) {
        ChronoUnit unit = CountTable.unit(search);
        Instant from = search.from() == null ? SearchTable.FIRST.timestamp() : search.from();
        Instant end = search.until() == null
                ? SearchTable.LAST.timestamp()
                : search.until().plus(1, ChronoUnit.MICROS); // the smallest step there is
        Instant wholeFrom = nextFrom(from, unit);
        Instant wholeEnd = end.truncatedTo(unit);
        if (!wholeFrom.isBefore(wholeEnd)) {
            return events.count(client, search, from, end);
        }
        List<Future<Long>> parts = new ArrayList<>();
        parts.add(counts.sum(client, search, wholeFrom, wholeEnd));
        if (from.isBefore(wholeFrom)) {
            parts.add(events.count(client, search, from, wholeFrom));
        }
        if (wholeEnd.isBefore(end)) {
            parts.add(events.count(client, search, wholeEnd, end));
        }
        return Future.all(parts)
                .map(all -> parts.stream().mapToLong(Future::result).sum());
    }

    private static Instant nextFrom(Instant moment, ChronoUnit unit) {
        Instant begin = moment.truncatedTo(unit);
        return begin.isBefore(moment) ? begin.plus(1, unit) : begin;
    }
}
