package ai.sentryagent.idp.schema.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which part of the log shall be proved; absent bounds mean all of it. Both are inclusive. */
public record VerifyAudit(@Nullable Instant from, @Nullable Instant until) {}
