package ai.sentryagent.idp.schema.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether the log is as it was written.
 *
 * @param brokenAtEventId the first event that does not follow from the one before it
 */
public record AuditVerification(
        boolean verified,
        long checkedCount,
        @Nullable UUID brokenAtEventId,
        @Nullable Instant fromDate,
        @Nullable Instant toDate) {}
