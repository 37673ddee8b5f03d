package ai.sentryagent.idp.schema.audit;

import java.util.UUID;

/** A question about one event. */
public record AuditEventId(UUID eventId) {}
