package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import io.vertx.core.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log has a partition for each month, made two months before it is needed. */
final class Months {
    private static final Logger LOG = LoggerFactory.getLogger(Months.class);

    private final Database database;
    private final AuditTable table;
    private final ShortWait shortWait;
    private boolean underWay;

    Months(ServiceRuntime runtime, Database database, AuditTable table) {
        this.database = database;
        this.table = table;
        this.shortWait = new ShortWait(runtime);
    }

    /**
     * Completes when it has been tried once, and goes on where that failed. Never fails: what has no month of its own is kept all
     * the same.
     */
    Future<Void> prepare() {
        if (underWay) {
            return Future.succeededFuture();
        }
        underWay = true;
        Future<Void> first = Future.succeededFuture().compose(begin -> table.ensurePartitions(database.client()));
        first.recover(failure -> shortWait.untilDone(() -> table.ensurePartitions(database.client())))
                .onComplete(done -> underWay = false)
                .onFailure(
                        failure -> LOG.atError().setCause(failure).log("The log's next months could not be prepared"));
        return first.otherwiseEmpty();
    }
}
