package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Writes the log. The only writer there is, and it only appends. */
final class AuditLog {
    private final Database database;
    private final AuditTable table;
    private final Runnable appended;

    /** @param appended what to do after each commit; nothing may rest on it */
    AuditLog(Database database, AuditTable table, Runnable appended) {
        this.database = database;
        this.table = table;
        this.appended = appended;
    }

    /** Appends what is new among these facts; the others are in the log already and are acknowledged again. */
    Future<Void> append(List<Fact> facts) {
        Map<UUID, AuditEvent> events = new LinkedHashMap<>();
        facts.forEach(fact -> events.putIfAbsent(fact.eventId(), event(fact)));
        return events.isEmpty()
                ? Future.succeededFuture()
                : database.transaction(
                                transaction -> table.lockHead(transaction).compose(head -> known(transaction, events)
                                        .compose(known -> write(transaction, head, unknown(events, known)))))
                        .onSuccess(done -> appended.run());
    }

    private Future<Set<UUID>> known(SqlClient transaction, Map<UUID, AuditEvent> events) {
        List<Instant> times = events.values().stream()
                .map(AuditEvent::timestamp)
                .sorted(Comparator.naturalOrder())
                .toList();
        return table.known(transaction, List.copyOf(events.keySet()), times.get(0), times.get(times.size() - 1));
    }

    private static List<AuditEvent> unknown(Map<UUID, AuditEvent> events, Set<UUID> known) {
        return events.values().stream()
                .filter(event -> !known.contains(event.eventId()))
                .toList();
    }

    private Future<Void> write(SqlClient transaction, AuditTable.Head head, List<AuditEvent> events) {
        if (events.isEmpty()) {
            return Future.succeededFuture();
        }
        List<ChainedEvent> chained = new ArrayList<>();
        long sequence = head.sequence();
        Buffer hash = head.hash();
        for (AuditEvent event : events) {
            hash = HashChain.next(hash, ++sequence, event);
            chained.add(new ChainedEvent(sequence, event, hash));
        }
        return table.insert(transaction, chained)
                .compose(written -> table.moveHead(transaction, chained.get(chained.size() - 1)));
    }

    private static AuditEvent event(Fact fact) {
        return new AuditEvent(
                fact.eventId(),
                fact.agentId(),
                fact.type(),
                fact.outcome(),
                fact.ipAddress(),
                fact.userAgent(),
                fact.data(),
                fact.timestamp(),
                fact.requestId(),
                fact.actorId());
    }
}
