package ai.sentryagent.idp.schema.audit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One page, newest first. {@code nextCursor} is absent on the last page. */
public record AuditPage(List<AuditEvent> data, long total, int page, int limit, @Nullable String nextCursor) {}
