package ai.sentryagent.idp.schema.agents;

import static ai.sentryagent.idp.schema.Subscriber.AUDIT;
import static ai.sentryagent.idp.schema.Subscriber.CREDENTIALS;
import static ai.sentryagent.idp.schema.Subscriber.TOKENS;

import ai.sentryagent.idp.schema.Event;
import java.util.Set;

/** What agent-service tells. Whoever acts on an agent keeps a copy of what it needs; tokens only care when they must die. */
public final class AgentEvents {
    /** An agent has been registered. */
    public static final Event<AgentState> CREATED =
            new Event<>("agent.created", AgentState.class, Set.of(AUDIT, CREDENTIALS));

    /** Fields other than the status have changed; {@link AgentState#changes} says which. */
    public static final Event<AgentState> UPDATED =
            new Event<>("agent.updated", AgentState.class, Set.of(AUDIT, CREDENTIALS));

    /** The agent's epoch has risen: tokens of a lower one are dead, for ever. */
    public static final Event<AgentState> SUSPENDED =
            new Event<>("agent.suspended", AgentState.class, Set.of(AUDIT, CREDENTIALS, TOKENS));

    /** The epoch stays, so tokens from before the suspension are dead; the fact of that may come after this one. */
    public static final Event<AgentState> REACTIVATED =
            new Event<>("agent.reactivated", AgentState.class, Set.of(AUDIT, CREDENTIALS, TOKENS));

    /** The agent's epoch has risen. Its active credentials are revoked next, each with a fact of its own. */
    public static final Event<AgentState> DECOMMISSIONED =
            new Event<>("agent.decommissioned", AgentState.class, Set.of(AUDIT, CREDENTIALS, TOKENS));

    /** The first administrator has been made; credential-service gives it the bootstrap secret. */
    public static final Event<AgentState> BOOTSTRAPPED =
            new Event<>("system.bootstrapped", AgentState.class, Set.of(AUDIT, CREDENTIALS));

    private AgentEvents() {}
}
