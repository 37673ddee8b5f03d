package ai.sentryagent.idp.schema.audit;

import static ai.sentryagent.idp.schema.Repeat.IDEMPOTENT;
import static ai.sentryagent.idp.schema.Repeat.ONCE;

import ai.sentryagent.idp.schema.Hint;
import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceHealth;
import java.time.Duration;

/** What can be asked of audit-service. The log is written by facts only. */
public final class AuditOperations {
    private static final Duration READ = Duration.ofSeconds(10);
    private static final Duration MOVE = Duration.ofSeconds(5);

    /**
     * Fails with VALIDATION_ERROR. That is for a cursor that was not made here for the same filters, and for a page that would
     * hold any and begins after more than 10,000 events.
     */
    public static final Operation<ListAuditEvents, AuditPage> LIST =
            new Operation<>("audit.list", ListAuditEvents.class, AuditPage.class, READ, IDEMPOTENT);

    /** Fails with AUDIT_EVENT_NOT_FOUND. */
    public static final Operation<AuditEventId, AuditEvent> GET =
            new Operation<>("audit.get", AuditEventId.class, AuditEvent.class, READ, IDEMPOTENT);

    /** Reads the whole range, so it may take long. */
    public static final Operation<VerifyAudit, AuditVerification> VERIFY =
            new Operation<>("audit.verify", VerifyAudit.class, AuditVerification.class, Duration.ofSeconds(60), ONCE);

    /** Newest first. */
    public static final Operation<ListCheckpoints, CheckpointPage> CHECKPOINTS =
            new Operation<>("audit.checkpoints", ListCheckpoints.class, CheckpointPage.class, READ, IDEMPOTENT);

    /** Fails with VALIDATION_ERROR. That is for sizes that the log has not come to, or of which too much has been dropped. */
    public static final Operation<ProveConsistency, ConsistencyProof> CONSISTENCY =
            new Operation<>("audit.consistency", ProveConsistency.class, ConsistencyProof.class, READ, IDEMPOTENT);

    /** Fails with AUDIT_EVENT_NOT_FOUND. An event that no checkpoint holds yet gets one. */
    public static final Operation<AuditEventId, InclusionProof> PROOF =
            new Operation<>("audit.proof", AuditEventId.class, InclusionProof.class, READ, IDEMPOTENT);

    /** One page of an export, which is whole when its last page has been asked for. */
    public static final Operation<ExportAudit, ExportPage> EXPORT =
            new Operation<>("audit.export", ExportAudit.class, ExportPage.class, Duration.ofSeconds(60), IDEMPOTENT);

    /**
     * Fails with VALIDATION_ERROR. That is for a name or a limit that may not be. A subscription of a new name is made, and its
     * position kept until {@link #UNFOLLOW}. {@link ai.sentryagent.idp.schema.Subscription} does all of this for a consumer.
     */
    public static final Operation<Follow, Followed> FOLLOW =
            new Operation<>("audit.follow", Follow.class, Followed.class, READ, IDEMPOTENT);

    /**
     * Fails with VALIDATION_ERROR, SUBSCRIPTION_NOT_FOUND. The former is for a place that the log has not come to. A position
     * never moves back: what another of the same name has acknowledged stays acknowledged.
     */
    public static final Operation<Acknowledge, Acknowledged> ACKNOWLEDGE =
            new Operation<>("audit.acknowledge", Acknowledge.class, Acknowledged.class, MOVE, IDEMPOTENT);

    /** For good: who follows under this name again is new. A consumer that is still running would be. */
    public static final Operation<Unfollow, Unfollowed> UNFOLLOW =
            new Operation<>("audit.unfollow", Unfollow.class, Unfollowed.class, MOVE, IDEMPOTENT);

    /** The log has grown, so there may be something to {@link #FOLLOW}. */
    public static final Hint APPENDED = new Hint("audit.appended");

    /** Answered by one instance of audit-service, about its own connections. */
    public static final Operation<ServiceHealth.Question, ServiceHealth> HEALTH = new Operation<>(
            "audit.health", ServiceHealth.Question.class, ServiceHealth.class, Duration.ofSeconds(2), IDEMPOTENT);

    private AuditOperations() {}
}
