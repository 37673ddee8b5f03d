package ai.sentryagent.idp.schema.agents;

import static ai.sentryagent.idp.schema.Repeat.IDEMPOTENT;
import static ai.sentryagent.idp.schema.Repeat.ONCE;

import ai.sentryagent.idp.schema.Operation;
import ai.sentryagent.idp.schema.ServiceHealth;
import java.time.Duration;

/** What can be asked of agent-service. */
public final class AgentOperations {
    private static final Duration READ = Duration.ofSeconds(5);

    /** Longer than the 5 s for which a change waits until it is known everywhere. */
    private static final Duration CHANGE = Duration.ofSeconds(10);

    /** Fails with AGENT_ALREADY_EXISTS, FREE_TIER_LIMIT_EXCEEDED, FORBIDDEN, VALIDATION_ERROR. */
    public static final Operation<RegisterAgent, AgentAnswer> REGISTER =
            new Operation<>("agents.register", RegisterAgent.class, AgentAnswer.class, CHANGE, ONCE);

    /** Fails with AGENT_NOT_FOUND. */
    public static final Operation<AgentId, AgentAnswer> GET =
            new Operation<>("agents.get", AgentId.class, AgentAnswer.class, READ, IDEMPOTENT);

    /** Newest first, one page at a time. */
    public static final Operation<ListAgents, AgentPage> LIST =
            new Operation<>("agents.list", ListAgents.class, AgentPage.class, READ, IDEMPOTENT);

    /** Fails with AGENT_NOT_FOUND, AGENT_ALREADY_DECOMMISSIONED, PRECONDITION_FAILED, FORBIDDEN, VALIDATION_ERROR. */
    public static final Operation<UpdateAgent, AgentAnswer> UPDATE =
            new Operation<>("agents.update", UpdateAgent.class, AgentAnswer.class, CHANGE, ONCE);

    /** Fails with AGENT_NOT_FOUND, AGENT_ALREADY_DECOMMISSIONED, PRECONDITION_FAILED. */
    public static final Operation<DecommissionAgent, AgentAnswer> DECOMMISSION =
            new Operation<>("agents.decommission", DecommissionAgent.class, AgentAnswer.class, CHANGE, ONCE);

    /** Answered by one instance of agent-service, about its own connections. */
    public static final Operation<ServiceHealth.Question, ServiceHealth> HEALTH = new Operation<>(
            "agents.health", ServiceHealth.Question.class, ServiceHealth.class, Duration.ofSeconds(2), IDEMPOTENT);

    private AgentOperations() {}
}
