package ai.sentryagent.idp.schema.agents;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which agent shall end.
 *
 * @param ifRevision the revision that the caller has seen; null when the caller does not care
 */
public record DecommissionAgent(UUID agentId, @Nullable Long ifRevision) {}
