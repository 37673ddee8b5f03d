package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.UpdateAgent;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An agent before and after a change. What is asked for but already so is no change, and leaves no trace.
 *
 * @param newStatus null when the status stays
 * @param changes the other fields that change, by name
 */
record AgentUpdate(StoredAgent after, @Nullable AgentStatus newStatus, Map<String, AgentState.Change> changes) {
    static AgentUpdate of(StoredAgent before, UpdateAgent request, Instant now) {
        Agent old = before.agent();
        Map<String, AgentState.Change> changes = new LinkedHashMap<>();
        Agent changed = new Agent(
                old.agentId(),
                old.email(),
                take("agentType", old.agentType(), request.agentType(), changes),
                take("version", old.version(), request.version(), changes),
                take("capabilities", old.capabilities(), request.capabilities(), changes),
                take("owner", old.owner(), request.owner(), changes),
                take("deploymentEnv", old.deploymentEnv(), request.deploymentEnv(), changes),
                take("scopes", old.scopes(), request.scopes(), changes),
                request.status() == null ? old.status() : request.status(),
                old.createdAt(),
                now);
        return between(before, changed, changes);
    }

    static AgentUpdate status(StoredAgent before, AgentStatus status, Instant now) {
        UUID agentId = before.agent().agentId();
        return of(before, new UpdateAgent(agentId, null, null, null, null, null, null, null, status), now);
    }

    boolean isEmpty() {
        return newStatus == null && changes.isEmpty();
    }

    private static AgentUpdate between(StoredAgent before, Agent changed, Map<String, AgentState.Change> changes) {
        boolean sameStatus = changed.status() == before.agent().status();
        if (sameStatus && changes.isEmpty()) {
            return new AgentUpdate(before, null, changes);
        }
        boolean stops = !sameStatus && changed.status() != AgentStatus.ACTIVE;
        StoredAgent after =
                new StoredAgent(changed, before.revision() + 1, stops ? before.epoch() + 1 : before.epoch());
        return new AgentUpdate(after, sameStatus ? null : changed.status(), changes);
    }

    private static <T> T take(String field, T old, @Nullable T wanted, Map<String, AgentState.Change> changes) {
        if (wanted == null || wanted.equals(old)) {
            return old;
        }
        changes.put(field, new AgentState.Change(Wire.tree(old), Wire.tree(wanted)));
        return wanted;
    }
}
