package ai.sentryagent.idp.schema.audit;

import org.jspecify.annotations.Nullable;

/**
 * Whether the log of the one size is the beginning of that of the other.
 *
 * @param to absent for that of the newest checkpoint
 */
public record ProveConsistency(long from, @Nullable Long to) {}
