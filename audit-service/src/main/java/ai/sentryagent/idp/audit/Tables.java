package ai.sentryagent.idp.audit;

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
                new BoundaryTable(trusted),
                new DroppedTable(),
                new SubscriptionTable(),
                trusted);
    }

    TreeReader tree() {
        return new TreeReader(log, subtrees, boundaries);
    }
}
