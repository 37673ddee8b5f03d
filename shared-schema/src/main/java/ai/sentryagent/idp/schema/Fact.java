package ai.sentryagent.idp.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that has happened, as it stands in its owner's outbox, on the bus and in the audit log.
 *
 * @param eventId UUIDv7; a fact may arrive more than once, and this is how its receiver knows it again
 * @param type what happened, a past participle such as {@code agent.suspended}
 * @param agentId the agent it happened to; null where no agent is known by that name
 * @param timestamp when, with millisecond precision
 * @param actorId the agent that did it; null for the service itself or somebody unknown
 * @param data what there is to know, in the type that the {@link Event} names. Never a secret or a token: the audit log
 *     keeps it word for word as the event's metadata
 */
public record Fact(
        UUID eventId,
        String type,
        @Nullable UUID agentId,
        Outcome outcome,
        Instant timestamp,
        String requestId,
        @Nullable UUID actorId,
        @Nullable String ipAddress,
        @Nullable String userAgent,
        JsonNode data) {

    /** On whose behalf whatever follows from this fact is done. */
    public Caller cause() {
        return new Caller(actorId, Set.of(), requestId, ipAddress, userAgent);
    }
}
