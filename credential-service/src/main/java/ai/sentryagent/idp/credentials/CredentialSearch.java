package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.credentials.Credential;
import ai.sentryagent.idp.schema.credentials.CredentialPage;
import ai.sentryagent.idp.schema.credentials.ListCredentials;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Finds an agent's credentials, never their secrets. */
final class CredentialSearch {
    private final Database database;
    private final Clock clock;
    private final Tables tables;

    CredentialSearch(Database database, Clock clock, Tables tables) {
        this.database = database;
        this.clock = clock;
        this.tables = tables;
    }

    Future<CredentialPage> list(Caller caller, ListCredentials question) {
        Instant now = clock.instant();
        return tables.clients()
                .find(database.client(), question.agentId())
                .map(found -> found.orElseThrow(CredentialSearch::agentNotFound))
                .compose(known -> tables.credentials().count(database.client(), question, now))
                .compose(total -> page(question, total, now)
                        .map(page -> new CredentialPage(page, total, question.page(), question.limit())));
    }

    /** Past the end nothing is looked for: all that the filter passes over would be stepped through to find nothing. */
    private Future<List<Credential>> page(ListCredentials question, long total, Instant now) {
        long before = (question.page() - 1L) * question.limit();
        return before < total
                ? tables.credentials()
                        .page(database.client(), question, before, now)
                        .map(page ->
                                page.stream().map(stored -> stored.shown(now)).toList())
                : Future.succeededFuture(List.of());
    }

    static ServiceException agentNotFound() {
        return new ServiceException(ErrorCode.AGENT_NOT_FOUND, "There is no agent with this id");
    }
}
