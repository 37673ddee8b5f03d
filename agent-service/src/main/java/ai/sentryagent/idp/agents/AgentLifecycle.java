package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.Committed;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.outbox.OutboxEntry;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Event;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentEvents;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.agents.DecommissionAgent;
import ai.sentryagent.idp.schema.agents.UpdateAgent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Changes agents, and stops them: suspend, reactivate, decommission. */
final class AgentLifecycle {
    private final Clock clock;
    private final Outbox outbox;
    private final AgentTable table;
    private final Grants grants;

    AgentLifecycle(Clock clock, Outbox outbox, AgentTable table) {
        this.clock = clock;
        this.outbox = outbox;
        this.table = table;
        this.grants = new Grants(table);
    }

    Future<AgentAnswer> update(Caller caller, UpdateAgent request) {
        return change(caller, request.agentId(), (transaction, stored) -> {
            requireSeen(stored, request.ifRevision());
            return grants.check(
                            transaction,
                            caller,
                            request.capabilities(),
                            stored.agent().scopes(),
                            request.scopes())
                    .map(allowed -> AgentUpdate.of(stored, request, clock.instant()));
        });
    }

    Future<AgentAnswer> decommission(Caller caller, DecommissionAgent request) {
        return change(caller, request.agentId(), (transaction, stored) -> {
            requireSeen(stored, request.ifRevision());
            return Future.succeededFuture(AgentUpdate.status(stored, AgentStatus.DECOMMISSIONED, clock.instant()));
        });
    }

    private static void requireSeen(StoredAgent stored, @Nullable Long revision) {
        if (revision != null && revision != stored.revision()) {
            throw new ServiceException(ErrorCode.PRECONDITION_FAILED, "The agent has changed since it was read");
        }
    }

    /** A decision about one locked row. */
    private interface Decision {
        Future<AgentUpdate> on(SqlClient transaction, StoredAgent stored);
    }

    private Future<AgentAnswer> change(Caller caller, UUID agentId, Decision decision) {
        return outbox.commit(transaction -> table.lock(transaction, agentId)
                        .compose(found ->
                                decision.on(transaction, changeable(found.orElseThrow(AgentRegistry::notFound))))
                        .compose(update ->
                                store(transaction, update).map(stored -> new Change<>(update, facts(caller, update)))))
                .compose(committed -> everywhere(caller, committed)
                        .map(felt -> committed.result().after().answer(felt)));
    }

    /**
     * An agent that is suspended or active already may be so without everybody knowing, and whoever asks again wants to hear
     * when they do: they are told once more. That is no news for the log, and needs no row.
     */
    private Future<Boolean> everywhere(Caller caller, Committed<AgentUpdate> committed) {
        AgentUpdate update = committed.result();
        Agent agent = update.after().agent();
        if (!update.isEmpty()) {
            return committed.everywhere();
        }
        Event<AgentState> event = event(agent.status());
        Fact again = outbox.fact(event, agent.agentId(), caller, update.after().state(Map.of()))
                .fact();
        Set<Subscriber> acting = EnumSet.copyOf(event.subscribers());
        acting.remove(Subscriber.AUDIT);
        return outbox.send(List.of(new OutboxEntry(again, acting)));
    }

    private static StoredAgent changeable(StoredAgent stored) {
        if (stored.agent().status() == AgentStatus.DECOMMISSIONED) {
            throw new ServiceException(
                    ErrorCode.AGENT_ALREADY_DECOMMISSIONED, "A decommissioned agent cannot be changed any more");
        }
        return stored;
    }

    private Future<Void> store(SqlClient transaction, AgentUpdate update) {
        if (update.isEmpty()) {
            return Future.succeededFuture();
        }
        // the place first, as a registration does: in the other order, one of the same e-mail could wait for this
        // and this for it
        Future<Void> place = update.newStatus() == AgentStatus.DECOMMISSIONED
                ? table.givePlaceBack(transaction)
                : Future.succeededFuture();
        return place.compose(done -> table.update(transaction, update.after()));
    }

    /** A change of fields and a change of status are two facts, even when one request asked for both. */
    private List<OutboxEntry> facts(Caller caller, AgentUpdate update) {
        List<OutboxEntry> facts = new ArrayList<>();
        UUID agentId = update.after().agent().agentId();
        if (!update.changes().isEmpty()) {
            facts.add(outbox.fact(
                    AgentEvents.UPDATED, agentId, caller, update.after().state(update.changes())));
        }
        if (update.newStatus() != null) {
            facts.add(outbox.fact(
                    event(update.newStatus()), agentId, caller, update.after().state(Map.of())));
        }
        return facts;
    }

    private static Event<AgentState> event(AgentStatus newStatus) {
        return switch (newStatus) {
            case ACTIVE -> AgentEvents.REACTIVATED;
            case SUSPENDED -> AgentEvents.SUSPENDED;
            case DECOMMISSIONED -> AgentEvents.DECOMMISSIONED;
        };
    }
}
