package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.Capability;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may give to an agent or take from it: never more than the token it came with holds, and never what has been
 * taken away from the caller since that token was issued, or it could be had back with it. Who is not active any more gives
 * nothing. Whoever could take from a stronger agent could make a credential of it while it is weak, and keep it.
 */
final class Grants {
    private final AgentTable table;

    Grants(AgentTable table) {
        this.table = table;
    }

    /**
     * Checks what is about to be stored. Fails with VALIDATION_ERROR for a capability that stands for a management scope, and
     * with FORBIDDEN for a management scope that the caller lacks.
     *
     * @param had the management scopes that the agent has already: keeping them is neither granting nor taking
     * @param scopes those that it is to have; null where they stay
     */
    Future<Void> check(
            SqlClient client,
            Caller caller,
            @Nullable List<String> capabilities,
            Collection<String> had,
            @Nullable List<String> scopes) {
        if (capabilities != null) {
            refuseReserved(capabilities);
        }
        List<String> changed = scopes == null
                ? List.of()
                : Stream.concat(
                                scopes.stream().filter(scope -> !had.contains(scope)),
                                had.stream().filter(scope -> !scopes.contains(scope)))
                        .toList();
        return changed.isEmpty() || caller.agentId() == null
                ? refuseMissing(changed, caller.scopes())
                : table.find(client, caller.agentId())
                        .map(grantor -> held(caller, grantor))
                        .compose(held -> refuseMissing(changed, held));
    }

    private static Set<String> held(Caller caller, Optional<StoredAgent> grantor) {
        Set<String> held = new HashSet<>(caller.scopes());
        held.retainAll(grantor.map(StoredAgent::agent)
                .filter(agent -> agent.status() == AgentStatus.ACTIVE)
                .map(Agent::scopes)
                .orElse(List.of()));
        return held;
    }

    private static Future<Void> refuseMissing(List<String> changed, Set<String> held) {
        List<String> missing = ManagementScopes.missing(changed, held);
        return missing.isEmpty()
                ? Future.succeededFuture()
                : Future.failedFuture(new ServiceException(
                        ErrorCode.FORBIDDEN,
                        "You can neither grant nor take away a management scope that your own token lacks",
                        Map.of("requiredScope", String.join(" ", missing))));
    }

    private static void refuseReserved(List<String> capabilities) {
        Map<String, String> errors = new LinkedHashMap<>();
        for (int i = 0; i < capabilities.size(); i++) {
            if (Capability.isReserved(capabilities.get(i))) {
                errors.put("capabilities[" + i + "]", "stands for a management scope; grant those in scopes");
            }
        }
        if (!errors.isEmpty()) {
            throw ServiceException.invalid(errors);
        }
    }
}
