package ai.sentryagent.idp.schema.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether the log is as it was written.
 *
 * @param brokenAtEventId the first event that does not follow from the one before it
 */
@JsonInclude(JsonInclude.Include.ALWAYS) // evidence says what it does not know
public record AuditVerification(
        boolean verified,
        long checkedCount,
        @Nullable UUID brokenAtEventId,
        @Nullable Instant fromDate,
        @Nullable Instant toDate) {}
