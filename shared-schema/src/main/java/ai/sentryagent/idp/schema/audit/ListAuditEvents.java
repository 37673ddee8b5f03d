package ai.sentryagent.idp.schema.audit;

import ai.sentryagent.idp.schema.Outcome;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which events, newest first; absent filters match all.
 *
 * @param from the earliest timestamp, inclusive
 * @param until the latest timestamp, inclusive
 * @param page starts at 1; one with more than 10,000 events before it must be past the last; passed over when there is a cursor
 * @param cursor where the page before ended, as that page's {@code nextCursor} said
 */
public record ListAuditEvents(
        @Nullable UUID agentId,
        @Nullable String action,
        @Nullable Outcome outcome,
        @Nullable Instant from,
        @Nullable Instant until,
        int page,
        int limit,
        @Nullable String cursor) {}
