package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentId;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import io.vertx.core.Future;
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

    TakeOverGuard(Bus bus) {
        this.bus = bus;
    }

    /**
     * Asks agent-service itself, because a copy could be older than a grant. Fails with AGENT_NOT_FOUND, AGENT_NOT_ACTIVE
     * or FORBIDDEN.
     */
    Future<Void> check(Caller caller, UUID agentId) {
        return AgentOperations.GET.ask(bus, caller, new AgentId(agentId)).compose(answer -> {
            Agent agent = answer.agent();
            return agent.scopes().isEmpty()
                    ? check(agent, Set.of())
                    : held(caller).compose(held -> check(agent, held));
        });
    }

    private Future<Set<String>> held(Caller caller) {
        UUID agentId = Objects.requireNonNull(caller.agentId(), "Only a bearer asks for secrets");
        return AgentOperations.GET.ask(bus, caller, new AgentId(agentId)).map(answer -> {
            Set<String> held = new HashSet<>(caller.scopes());
            held.retainAll(
                    answer.agent().status() == AgentStatus.ACTIVE
                            ? answer.agent().scopes()
                            : List.of());
            return held;
        });
    }

    private static Future<Void> check(Agent agent, Set<String> held) {
        List<String> missing = ManagementScopes.missing(agent.scopes(), held);
        if (!missing.isEmpty()) {
            return Future.failedFuture(new ServiceException(
                    ErrorCode.FORBIDDEN,
                    "This agent may use management scopes that your own token lacks",
                    Map.of("requiredScope", String.join(" ", missing))));
        }
        return agent.status() == AgentStatus.ACTIVE ? Future.succeededFuture() : Future.failedFuture(notActive());
    }

    static ServiceException notActive() {
        return new ServiceException(ErrorCode.AGENT_NOT_ACTIVE, "The agent is not active");
    }
}
