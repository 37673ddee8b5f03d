package ai.sentryagent.idp.schema.audit;

import ai.sentryagent.idp.schema.Outcome;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit log, as the HTTP contract shows it.
 *
 * @param action what happened, the type of the fact it was made from
 * @param metadata what the fact said
 */
@JsonInclude(JsonInclude.Include.ALWAYS) // evidence says what it does not know
public record AuditEvent(
        UUID eventId,
        @Nullable UUID agentId,
        String action,
        Outcome outcome,
        @Nullable String ipAddress,
        @Nullable String userAgent,
        JsonNode metadata,
        Instant timestamp,
        String requestId,
        @Nullable UUID actorId) {}
