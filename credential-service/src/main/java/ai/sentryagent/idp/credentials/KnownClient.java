package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.schema.agents.AgentState;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a client at one moment.
 *
 * @param agent empty where there is none
 * @param credentials at most 200: those that live, then the last expired, then the last revoked
 */
record KnownClient(Optional<AgentState> agent, List<StoredCredential> credentials) {
    static final KnownClient NONE = new KnownClient(Optional.empty(), List.of());
}
