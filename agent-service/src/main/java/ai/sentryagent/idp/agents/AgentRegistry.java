package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.Committed;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.runtime.postgres.PostgresFailure;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.Agent;
import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentEvents;
import ai.sentryagent.idp.schema.agents.AgentId;
import ai.sentryagent.idp.schema.agents.AgentPage;
import ai.sentryagent.idp.schema.agents.DeploymentEnv;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.schema.agents.RegisterAgent;
import io.micrometer.core.instrument.Metrics;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Gives agents their identity, and finds them again. */
final class AgentRegistry {
    private final ServiceRuntime runtime;
    private final int maxAgents;
    private final Database database;
    private final Outbox outbox;
    private final AgentTable table;
    private final Grants grants;

    /** Nothing is remembered: what has changed is in the answer to the next question, whichever instance gets it. */
    private final Batcher<UUID, Optional<StoredAgent>> reads;

    AgentRegistry(ServiceRuntime runtime, int maxAgents, Database database, Outbox outbox, AgentTable table) {
        this.runtime = runtime;
        this.maxAgents = maxAgents;
        this.database = database;
        this.outbox = outbox;
        this.table = table;
        this.grants = new Grants(table);
        this.reads = new Batcher<>(runtime.vertx(), this::read);
    }

    Future<AgentAnswer> register(Caller caller, RegisterAgent request) {
        StoredAgent agent = StoredAgent.registered(
                runtime.ids().get(), request, runtime.clock().instant());
        return store(caller, agent, request)
                .onSuccess(committed -> count(agent.agent().deploymentEnv()))
                .compose(committed -> committed.whenFelt(StoredAgent::answer));
    }

    /** Asked when it is this agent's turn: until then somebody may have been switched off, or have lost what they would give. */
    private Future<Committed<StoredAgent>> store(Caller caller, StoredAgent agent, RegisterAgent request) {
        return outbox.commit(transaction -> takePlace(transaction)
                .compose(
                        taken -> grants.check(transaction, caller, request.capabilities(), List.of(), request.scopes()))
                .compose(allowed -> table.insert(transaction, agent))
                .recover(failure -> Future.failedFuture(alreadyExists(failure)))
                .map(inserted -> new Change<>(
                        agent,
                        List.of(outbox.fact(
                                AgentEvents.CREATED, agent.agent().agentId(), caller, agent.state(Map.of()))))));
    }

    Future<AgentAnswer> get(Caller caller, AgentId question) {
        return reads.add(question.agentId())
                .map(found -> found.orElseThrow(AgentRegistry::notFound).answer(true));
    }

    private Future<List<Optional<StoredAgent>>> read(List<UUID> agentIds) {
        UUID[] distinct = agentIds.stream().distinct().toArray(UUID[]::new);
        return table.findAll(database.client(), distinct).map(found -> agentIds.stream()
                .map(id -> Optional.ofNullable(found.get(id)))
                .toList());
    }

    Future<AgentPage> list(Caller caller, ListAgents question) {
        return table.count(database.client(), question).compose(total -> page(question, total)
                .map(page -> new AgentPage(page, total, question.page(), question.limit())));
    }

    /** Past the end nothing is looked for: all that the filter passes over would be stepped through to find nothing. */
    private Future<List<Agent>> page(ListAgents question, long total) {
        long before = (question.page() - 1L) * question.limit();
        return before < total ? table.page(database.client(), question, before) : Future.succeededFuture(List.of());
    }

    static ServiceException notFound() {
        return new ServiceException(ErrorCode.AGENT_NOT_FOUND, "There is no agent with this id");
    }

    private Future<Void> takePlace(SqlClient transaction) {
        return table.takePlace(transaction, maxAgents)
                .compose(taken -> taken
                        ? Future.succeededFuture()
                        : table.placesTaken(transaction)
                                .compose(current -> Future.failedFuture(new ServiceException(
                                        ErrorCode.FREE_TIER_LIMIT_EXCEEDED,
                                        "The limit of " + maxAgents + " agents is reached",
                                        Map.of("limit", maxAgents, "current", current)))));
    }

    private static Throwable alreadyExists(Throwable failure) {
        return PostgresFailure.isUniqueViolation(failure)
                ? new ServiceException(ErrorCode.AGENT_ALREADY_EXISTS, "There is an agent with this email already")
                : failure;
    }

    private static void count(DeploymentEnv env) {
        Metrics.counter("agentidp_agents_registered", "deployment_env", env.word())
                .increment();
    }
}
