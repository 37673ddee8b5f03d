package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.outbox.OutboxEntry;
import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.FactHandlers;
import ai.sentryagent.idp.schema.agents.AgentEvents;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.credentials.CredentialChange;
import ai.sentryagent.idp.schema.credentials.CredentialEvents;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Follows the agents: keeps what this service must know of them, and ends their credentials with them. */
final class ClientCopy {
    private final Outbox outbox;
    private final Tables tables;
    private final SecretKeeper keeper;
    private final Optional<SecretText> bootstrapSecret;

    ClientCopy(Outbox outbox, Tables tables, SecretKeeper keeper, Optional<SecretText> bootstrapSecret) {
        this.outbox = outbox;
        this.tables = tables;
        this.keeper = keeper;
        this.bootstrapSecret = bootstrapSecret;
    }

    FactHandlers handlers() {
        return new FactHandlers()
                .on(AgentEvents.CREATED, this::follow)
                .on(AgentEvents.UPDATED, this::follow)
                .on(AgentEvents.SUSPENDED, this::follow)
                .on(AgentEvents.REACTIVATED, this::follow)
                .on(AgentEvents.DECOMMISSIONED, this::end)
                .on(AgentEvents.BOOTSTRAPPED, this::bootstrap);
    }

    private Future<Void> follow(Fact fact, AgentState state) {
        return outbox.commit(transaction ->
                        tables.clients().upsert(transaction, state).map(done -> new Change<>(true, List.of())))
                .mapEmpty();
    }

    /** A second delivery finds it done. */
    private Future<Void> end(Fact fact, AgentState state) {
        return outbox.commit(transaction -> tables.clients()
                        .upsert(transaction, state)
                        .compose(done -> tables.clients().end(transaction, state.agentId(), fact.timestamp()))
                        .compose(isNew -> isNew
                                ? revokeAll(transaction, fact, state.agentId())
                                : Future.succeededFuture(new Change<>(true, List.of()))))
                .onSuccess(committed -> keeper.wake())
                .mapEmpty();
    }

    /** Tokens issued through one that has expired die with the agent, as all of its tokens do. */
    private Future<Change<Boolean>> revokeAll(SqlClient transaction, Fact fact, UUID clientId) {
        return tables.chores()
                .insertAll(transaction, clientId)
                .compose(done -> tables.credentials().revokeActive(transaction, clientId, fact.timestamp()))
                .map(revoked -> new Change<>(
                        true,
                        revoked.stream()
                                .map(credential -> revoked(fact, credential))
                                .toList()));
    }

    private OutboxEntry revoked(Fact fact, StoredCredential credential) {
        return outbox.fact(
                CredentialEvents.REVOKED,
                credential.clientId(),
                fact.cause(),
                new CredentialChange(credential.credentialId(), credential.epoch(), true));
    }

    /** The credential takes the fact's id, so that a second delivery finds it there, and writes nothing. */
    private Future<Void> bootstrap(Fact fact, AgentState state) {
        return outbox.commit(transaction -> tables.credentials()
                        .find(transaction, fact.eventId())
                        .map(found -> new Change<>(found.isPresent(), List.of())))
                .compose(looked -> looked.result() ? Future.succeededFuture() : makeFirst(fact, state));
    }

    private Future<Void> makeFirst(Fact fact, AgentState state) {
        if (bootstrapSecret.isEmpty()) {
            return Future.failedFuture("BOOTSTRAP_CLIENT_SECRET is not set here, but an administrator waits for it");
        }
        return keeper.keep(
                        state.agentId(), fact.eventId(), bootstrapSecret.get().value())
                .compose(kept -> outbox.commit(transaction -> tables.clients()
                        .upsert(transaction, state)
                        .compose(done -> insertFirst(transaction, fact, state, kept))))
                .mapEmpty();
    }

    private Future<Change<Boolean>> insertFirst(SqlClient transaction, Fact fact, AgentState state, Kept kept) {
        StoredCredential credential = new StoredCredential(
                fact.eventId(), state.agentId(), kept.secret(), null, null, 1, fact.timestamp(), null, null, null);
        OutboxEntry generated = outbox.fact(
                CredentialEvents.GENERATED,
                state.agentId(),
                fact.cause(),
                new CredentialChange(credential.credentialId(), 1, false));
        return tables.credentials()
                .insert(transaction, credential)
                .compose(isNew -> isNew
                        ? keeper.refer(transaction, kept).map(new Change<>(true, List.of(generated)))
                        : Future.succeededFuture(new Change<>(true, List.of())));
    }
}
