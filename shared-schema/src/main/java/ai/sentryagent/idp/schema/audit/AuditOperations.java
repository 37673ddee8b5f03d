package ai.sentryagent.idp.schema.audit;

import static ai.sentryagent.idp.schema.Repeat.IDEMPOTENT;
import static ai.sentryagent.idp.schema.Repeat.ONCE;

import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceHealth;
import java.time.Duration;

/** What can be asked of audit-service. The log is written by facts only. */
public final class AuditOperations {
    private static final Duration READ = Duration.ofSeconds(10);

    /** Fails with VALIDATION_ERROR. That is for a cursor that was not made here for the same filters. */
    public static final Operation<ListAuditEvents, AuditPage> LIST =
            new Operation<>("audit.list", ListAuditEvents.class, AuditPage.class, READ, IDEMPOTENT);

    /** Fails with AUDIT_EVENT_NOT_FOUND. */
    public static final Operation<AuditEventId, AuditEvent> GET =
            new Operation<>("audit.get", AuditEventId.class, AuditEvent.class, READ, IDEMPOTENT);

    /** Reads the whole range, so it may take long. */
    public static final Operation<VerifyAudit, AuditVerification> VERIFY =
            new Operation<>("audit.verify", VerifyAudit.class, AuditVerification.class, Duration.ofSeconds(60), ONCE);

    /** Answered by one instance of audit-service, about its own connections. */
    public static final Operation<ServiceHealth.Question, ServiceHealth> HEALTH = new Operation<>(
            "audit.health", ServiceHealth.Question.class, ServiceHealth.class, Duration.ofSeconds(2), IDEMPOTENT);

    private AuditOperations() {}
}
