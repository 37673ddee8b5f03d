package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import ai.sentryagent.idp.schema.audit.AuditEventId;
import ai.sentryagent.idp.schema.audit.AuditPage;
import ai.sentryagent.idp.schema.audit.ListAuditEvents;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds events in the log. */
final class AuditSearch {
    /** Each page steps over all before it, and who asks for one of far back may do so again and again: a cursor does not. */
    private static final int MOST_BEFORE_A_PAGE = 10_000;

    private final Database database;
    private final AuditTable table;
    private final SearchTable searched = new SearchTable();
    private final AuditTotal total = new AuditTotal();
    private final CursorCodec cursors;

    AuditSearch(Database database, AuditTable table, CursorCodec cursors) {
        this.database = database;
        this.table = table;
        this.cursors = cursors;
    }

    Future<AuditPage> list(Caller caller, ListAuditEvents question) {
        SearchTable.@Nullable Position before =
                question.cursor() == null ? null : cursors.decode(question.cursor(), question);
        long offset = before == null ? (question.page() - 1L) * question.limit() : 0;
        int oneMore = question.limit() + 1; // whether there is a next page
        return offset > MOST_BEFORE_A_PAGE
                ? total.of(database.client(), question).map(total -> farBack(question, total, offset))
                : Future.all(
                                total.of(database.client(), question),
                                searched.page(database.client(), question, before, oneMore, offset))
                        .map(both -> page(question, both.resultAt(0), both.resultAt(1)));
    }

    /** Past the end there is nothing, which costs nothing to say. */
    private AuditPage farBack(ListAuditEvents question, long total, long offset) {
        if (offset < total) {
            throw ServiceException.invalid(Map.of(
                    "page",
                    "must not begin after more than " + MOST_BEFORE_A_PAGE
                            + " events: to read further back, follow nextCursor, or end the window earlier"));
        }
        return page(question, total, List.of());
    }

    Future<AuditEvent> get(Caller caller, AuditEventId question) {
        return table.find(database.client(), question.eventId())
                .map(found -> found.orElseThrow(AuditSearch::notFound).event());
    }

    static ServiceException notFound() {
        return new ServiceException(ErrorCode.AUDIT_EVENT_NOT_FOUND, "There is no audit event with this id");
    }

    private AuditPage page(ListAuditEvents question, long total, List<AuditEvent> found) {
        boolean more = found.size() > question.limit();
        List<AuditEvent> data = more ? found.subList(0, question.limit()) : found;
        String next = more ? cursors.encode(data.get(data.size() - 1), question) : null;
        return new AuditPage(data, total, question.page(), question.limit(), next);
    }
}
