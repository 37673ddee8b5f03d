package ai.sentryagent.idp.audit;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/** Everything that the log consists of, and how far others have read in it. */
record Tables(
        AuditTable log,
        CheckpointTable checkpoints,
        SubtreeTable subtrees,
        BoundaryTable boundaries,
        DroppedTable dropped,
        SubscriptionTable subscriptions,
        TrustedKeys trusted) {

    static Tables all(TrustedKeys trusted) {
        return new Tables(
                new AuditTable(),
                new CheckpointTable(),
                new SubtreeTable(),
                new BoundaryTable(),
                new DroppedTable(),
                new SubscriptionTable(),
                trusted);
    }

    /** How many events at the beginning of the log are gone by right. */
    Future<Long> dropped(SqlClient client) {
        return boundaries.latest(client).map(latest -> latest.filter(trusted::vouchFor)
                .map(boundary -> boundary.sealed().treeSize())
                .orElse(0L));
    }

    TreeReader tree() {
        return new TreeReader(this);
    }
}
