package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.schema.agents.AgentState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a client at one moment.
 *
 * @param agent empty where there is none
 * @param endedAt when the agent was decommissioned, where it was and that is known
 * @param credentials at most 200: those that live, then those that ended last
 */
record KnownClient(Optional<AgentState> agent, Optional<Instant> endedAt, List<StoredCredential> credentials) {
    static final KnownClient NONE = new KnownClient(Optional.empty(), Optional.empty(), List.of());
}
