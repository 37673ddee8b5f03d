package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentId;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;

/**
 * Whoever learns a new secret of an agent can be that agent. So nobody gets one whose own token holds less than the agent
 * may use, not even the agent itself with a narrower token, nor who had those scopes when the token was issued and has them
 * no more, or is not active any more.
 */
final class TakeOverGuard {
    private final Bus bus;
    private final ClientTable clients;

    TakeOverGuard(Bus bus, ClientTable clients) {
        this.bus = bus;
        this.clients = clients;
    }

    /**
     * Asks agent-service itself, because a copy could be older than a grant. Fails with AGENT_NOT_FOUND, AGENT_NOT_ACTIVE
     * or FORBIDDEN.
     */
    Future<Void> check(Caller caller, UUID agentId) {
        return AgentOperations.GET.ask(bus, caller, new AgentId(agentId)).compose(answer -> {
            Agent agent = answer.agent();
            return agent.scopes().isEmpty()
                    ? check(agent.status(), List.of(), Set.of())
                    : AgentOperations.GET
                            .ask(bus, caller, new AgentId(bearer(caller)))
                            .map(AgentAnswer::agent)
                            .map(asking -> held(caller, asking.status(), asking.scopes()))
                            .compose(held -> check(agent.status(), agent.scopes(), held));
        });
    }

    /**
     * Asks the copy, in the transaction that makes the secret one of the agent's: it took time to make, and the agent may be
     * stronger by now. What was granted is in the copy before the grant is answered, and no more of it comes while the
     * agent's row is locked. Fails with AGENT_NOT_ACTIVE or FORBIDDEN.
     */
    Future<Void> checkLocked(SqlClient transaction, Caller caller, AgentState agent) {
        return agent.scopes().isEmpty()
                ? check(agent.status(), List.of(), Set.of())
                : clients.find(transaction, bearer(caller))
                        .map(asking -> asking.map(found -> held(caller, found.status(), found.scopes()))
                                .orElse(Set.of()))
                        .compose(held -> check(agent.status(), agent.scopes(), held));
    }

    private static UUID bearer(Caller caller) {
        return Objects.requireNonNull(caller.agentId(), "Only a bearer asks for secrets");
    }

    private static Set<String> held(Caller caller, AgentStatus status, List<String> scopes) {
        Set<String> held = new HashSet<>(caller.scopes());
        held.retainAll(status == AgentStatus.ACTIVE ? scopes : List.of());
        return held;
    }

    private static Future<Void> check(AgentStatus status, List<String> scopes, Set<String> held) {
        List<String> missing = ManagementScopes.missing(scopes, held);
        if (!missing.isEmpty()) {
            return Future.failedFuture(new ServiceException(
                    ErrorCode.FORBIDDEN,
                    "This agent may use management scopes that your own token lacks",
                    Map.of("requiredScope", String.join(" ", missing))));
        }
        return status == AgentStatus.ACTIVE
                ? Future.succeededFuture()
                : Future.failedFuture(new ServiceException(ErrorCode.AGENT_NOT_ACTIVE, "The agent is not active"));
    }
}
