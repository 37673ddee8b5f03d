package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.audit.AuditVerification;
import ai.sentryagent.idp.schema.audit.VerifyAudit;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log again and says whether it is as it was written: every event follows from the one before, none is missing,
 * none has been put in beside the chain, and the last one is the one that the head of the chain remembers.
 */
final class AuditVerifier {
    private static final int BATCH = 1_000;

    private final Database database;
    private final AuditTable table;

    AuditVerifier(Database database, AuditTable table) {
        this.database = database;
        this.table = table;
    }

    /** What has been found so far; {@code last} is the event that was checked before, null at the beginning. */
    private record Progress(long next, Buffer hash, long checked, @Nullable UUID last, @Nullable UUID broken) {}

    Future<AuditVerification> verify(Caller caller, VerifyAudit question) {
        return table.head(database.client())
                .compose(head -> table.span(database.client(), question.from(), question.until(), head)
                        .compose(span -> walk(question, head, span)))
                .compose(end -> end.broken() == null ? withStrays(question, end) : Future.succeededFuture(end))
                .map(end -> new AuditVerification(
                        end.broken() == null, end.checked(), end.broken(), question.from(), question.until()));
    }

    private Future<Progress> walk(VerifyAudit question, AuditTable.Head head, Optional<AuditTable.Span> span) {
        // a range that is open at its end reaches to the head, whether or not the rows do
        long last = question.until() == null
                ? head.sequence()
                : span.map(AuditTable.Span::last).orElse(0L);
        long first =
                question.from() == null ? 1 : span.map(AuditTable.Span::first).orElse(last + 1);
        return before(first).compose(start -> walk(start, last)).compose(end -> {
            boolean reachedHead = last == head.sequence() && end.broken() == null && end.checked() > 0;
            if (reachedHead) {
                return Future.succeededFuture(head.hash().equals(end.hash()) ? end : missing(end));
            }
            return end.checked() > 0 && end.broken() == null ? withNext(end) : Future.succeededFuture(end);
        });
    }

    /** The hash that the first event of the range builds on. */
    private Future<Progress> before(long first) {
        return first == 1
                ? Future.succeededFuture(new Progress(1, HashChain.origin(), 0, null, null))
                : table.chain(database.client(), first - 1, first - 1, 1).map(found -> {
                    Buffer hash =
                            found.isEmpty() ? HashChain.origin() : found.get(0).hash();
                    return new Progress(first, hash, 0, null, null);
                });
    }

    /** One row more than there are places, so that of two that claim the same place both are seen. */
    private Future<Progress> walk(Progress progress, long last) {
        if (progress.broken() != null || progress.next() > last) {
            return Future.succeededFuture(progress);
        }
        return table.chain(database.client(), progress.next(), Math.min(last, progress.next() + BATCH - 1), BATCH + 1)
                .compose(events -> events.isEmpty() ? withNext(progress) : walk(check(progress, events), last));
    }

    /** The event that comes after these, wherever it is, proves that none is missing between. It is not counted. */
    private Future<Progress> withNext(Progress end) {
        return table.chain(database.client(), end.next(), Long.MAX_VALUE, 1)
                .map(next -> next.isEmpty() ? missing(end) : check(end, next))
                .map(after -> new Progress(end.next(), end.hash(), end.checked(), end.last(), after.broken()));
    }

    private Future<Progress> withStrays(VerifyAudit question, Progress end) {
        return table.stray(database.client(), question.from(), question.until())
                .map(stray -> new Progress(end.next(), end.hash(), end.checked(), end.last(), stray.orElse(null)));
    }

    private static Progress check(Progress progress, List<ChainedEvent> events) {
        long next = progress.next();
        long checked = progress.checked();
        Buffer hash = progress.hash();
        UUID last = progress.last();
        for (ChainedEvent event : events) {
            Buffer expected = HashChain.next(hash, next, event.event());
            if (event.sequence() != next || !expected.equals(event.hash())) {
                return new Progress(next, hash, checked, last, event.event().eventId());
            }
            next++;
            checked++;
            hash = expected;
            last = event.event().eventId();
        }
        return new Progress(next, hash, checked, last, null);
    }

    /** The log ends too early: it broke after the last event that is there. */
    private static Progress missing(Progress progress) {
        UUID broken = progress.last() == null ? new UUID(0, 0) : progress.last();
        return new Progress(progress.next(), progress.hash(), progress.checked(), progress.last(), broken);
    }
}
