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
                .compose(known -> Future.all(
                        tables.credentials().count(database.client(), question, now),
                        tables.credentials().page(database.client(), question, now)))
                .map(both -> {
                    List<StoredCredential> page = both.resultAt(1);
                    List<Credential> shown =
                            page.stream().map(stored -> stored.shown(now)).toList();
                    return new CredentialPage(shown, both.resultAt(0), question.page(), question.limit());
                });
    }

    static ServiceException agentNotFound() {
        return new ServiceException(ErrorCode.AGENT_NOT_FOUND, "There is no agent with this id");
    }
}
