package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.UnderWay;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.Committed;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Event;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.credentials.CredentialChange;
import ai.sentryagent.idp.schema.credentials.CredentialEvents;
import ai.sentryagent.idp.schema.credentials.CredentialStatus;
import ai.sentryagent.idp.schema.credentials.CredentialWithSecret;
import ai.sentryagent.idp.schema.credentials.GenerateCredential;
import ai.sentryagent.idp.schema.credentials.RevokeCredential;
import ai.sentryagent.idp.schema.credentials.RevokedCredential;
import ai.sentryagent.idp.schema.credentials.RotateCredential;
import ai.sentryagent.idp.schema.credentials.RotatedCredential;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes credentials, gives them new secrets, and ends them. */
final class CredentialLifecycle {
    /** Enough for any rotation scheme, and a bound on what one failed authentication can cost. */
    private static final int MOST_ACTIVE = 100;

    /** Of one agent: each takes a slow hash or calls of Vault, and the others want new secrets, too. */
    private static final int MOST_UNDER_WAY = 10;

    private final ServiceRuntime runtime;
    private final Outbox outbox;
    private final Tables tables;
    private final SecretKeeper keeper;
    private final TakeOverGuard guard;
    private final UnderWay<UUID> underWay = new UnderWay<>();

    CredentialLifecycle(
            ServiceRuntime runtime, Outbox outbox, Tables tables, SecretKeeper keeper, TakeOverGuard guard) {
        this.runtime = runtime;
        this.outbox = outbox;
        this.tables = tables;
        this.keeper = keeper;
        this.guard = guard;
    }

    Future<CredentialWithSecret> generate(Caller caller, GenerateCredential request) {
        if (request.expiresAt() != null && !request.expiresAt().isAfter(now())) {
            return Future.failedFuture(ServiceException.invalid(Map.of("expiresAt", "must lie in the future")));
        }
        String secret = ClientSecret.generate(runtime.random());
        return guard.check(caller, request.agentId())
                .compose(allowed -> amongFew(request.agentId(), () -> generate(caller, request, secret)));
    }

    /** Fails with SERVICE_UNAVAILABLE when as many new secrets of this agent are under way already. */
    private <T> Future<T> amongFew(UUID agentId, Supplier<Future<T>> work) {
        if (underWay.of(agentId) >= MOST_UNDER_WAY) {
            return Future.failedFuture(new ServiceException(
                    ErrorCode.SERVICE_UNAVAILABLE, "Too many new secrets of this agent are asked for at once"));
        }
        return underWay.count(List.of(agentId), work);
    }

    private Future<CredentialWithSecret> generate(Caller caller, GenerateCredential request, String secret) {
        UUID credentialId = runtime.ids().get();
        return outbox.commit(transaction ->
                        lockRoom(transaction, caller, request.agentId()).map(room -> new Change<>(true, List.of())))
                .compose(room -> keeper.keep(request.agentId(), credentialId, secret))
                .compose(kept -> outbox.commit(transaction -> lockRoom(transaction, caller, request.agentId())
                        .compose(room -> keeper.refer(transaction, kept))
                        .compose(referred ->
                                insert(transaction, caller, newCredential(credentialId, request, kept.secret())))))
                .map(committed -> committed.result().shown(now()).with(secret));
    }

    Future<RotatedCredential> rotate(Caller caller, RotateCredential request) {
        String secret = ClientSecret.generate(runtime.random());
        return guard.check(caller, request.agentId())
                .compose(allowed -> amongFew(request.agentId(), () -> rotate(caller, request, secret)))
                .compose(committed -> {
                    keeper.wake();
                    Future<Boolean> dead =
                            request.revokeTokens() ? committed.everywhere() : Future.succeededFuture(true);
                    return dead.map(everywhere -> new RotatedCredential(
                            committed.result().shown(now()).with(secret), everywhere));
                });
    }

    private Future<Committed<StoredCredential>> rotate(Caller caller, RotateCredential request, String secret) {
        return refuseWhatCannotBeRotated(caller, request)
                .compose(rotatable -> keeper.keepNext(rotatable, secret))
                .compose(kept -> outbox.commit(transaction -> lockActive(transaction, caller, request.agentId())
                        .compose(active -> lock(transaction, request.agentId(), request.credentialId()))
                        .compose(stored -> keeper.refer(transaction, kept)
                                .compose(referred -> rotate(transaction, caller, request, stored, kept.secret())))));
    }

    Future<RevokedCredential> revoke(Caller caller, RevokeCredential request) {
        return outbox.commit(transaction -> lockClient(transaction, request.agentId())
                        .compose(known -> lock(transaction, request.agentId(), request.credentialId()))
                        .compose(stored -> tables.credentials()
                                .revoke(transaction, stored.credentialId(), now())
                                .compose(done -> keeper.end(transaction, stored))
                                .map(done ->
                                        change(CredentialEvents.REVOKED, caller, stored, stored.epoch() + 1, true))))
                .compose(committed -> {
                    keeper.wake();
                    return committed.whenFelt((revoked, everywhere) -> new RevokedCredential(everywhere));
                });
    }

    /** Asked before anything is written where a transaction cannot take it back, and again inside of one. */
    private Future<StoredCredential> refuseWhatCannotBeRotated(Caller caller, RotateCredential request) {
        return outbox.commit(transaction -> lockActive(transaction, caller, request.agentId())
                        .compose(active -> lock(transaction, request.agentId(), request.credentialId()))
                        .map(stored -> {
                            refuseExpired(stored);
                            return new Change<>(stored, List.of());
                        }))
                .map(Committed::result);
    }

    private Future<Change<StoredCredential>> rotate(
            SqlClient transaction,
            Caller caller,
            RotateCredential request,
            StoredCredential stored,
            StoredSecret secret) {
        StoredCredential rotated = rotated(stored, request, secret);
        return tables.credentials()
                .rotate(transaction, rotated)
                .compose(done -> keeper.replace(transaction, stored, rotated))
                .map(done ->
                        change(CredentialEvents.ROTATED, caller, rotated, rotated.epoch(), request.revokeTokens()));
    }

    private Future<Change<StoredCredential>> insert(SqlClient transaction, Caller caller, StoredCredential credential) {
        return tables.credentials()
                .insert(transaction, credential)
                .map(done -> change(CredentialEvents.GENERATED, caller, credential, credential.epoch(), false));
    }

    private Change<StoredCredential> change(
            Event<CredentialChange> event,
            Caller caller,
            StoredCredential credential,
            long epoch,
            boolean revokeTokens) {
        CredentialChange data = new CredentialChange(credential.credentialId(), epoch, revokeTokens);
        return new Change<>(credential, List.of(outbox.fact(event, credential.clientId(), caller, data)));
    }

    /**
     * Asked again inside the transaction: a decommission that revokes all credentials must not miss a new one, and whoever
     * grants the agent more has seen all that it has.
     */
    private Future<Void> lockActive(SqlClient transaction, Caller caller, UUID agentId) {
        return tables.clients()
                .lock(transaction, agentId)
                // agent-service has said that it is there: only the news has not arrived yet
                .map(found -> found.orElseThrow(() -> new ServiceException(
                        ErrorCode.SERVICE_UNAVAILABLE, "The agent is not known here yet; try again")))
                .compose(agent -> guard.checkLocked(transaction, caller, agent));
    }

    /** Asked before anything is written where a transaction cannot take it back, and again inside of one. */
    private Future<Void> lockRoom(SqlClient transaction, Caller caller, UUID agentId) {
        return lockActive(transaction, caller, agentId).compose(active -> refuseTooMany(transaction, agentId));
    }

    private Future<AgentState> lockClient(SqlClient transaction, UUID agentId) {
        return tables.clients()
                .lock(transaction, agentId)
                .map(found -> found.orElseThrow(CredentialSearch::agentNotFound));
    }

    private Future<StoredCredential> lock(SqlClient transaction, UUID agentId, UUID credentialId) {
        return tables.credentials().lock(transaction, agentId, credentialId).map(found -> {
            StoredCredential stored = found.orElseThrow(() ->
                    new ServiceException(ErrorCode.CREDENTIAL_NOT_FOUND, "The agent has no credential with this id"));
            if (stored.revokedAt() != null) {
                throw new ServiceException(
                        ErrorCode.CREDENTIAL_ALREADY_REVOKED, "The credential has been revoked already");
            }
            return stored;
        });
    }

    private Future<Void> refuseTooMany(SqlClient transaction, UUID agentId) {
        return tables.credentials().countActive(transaction, agentId, now()).map(active -> {
            if (active >= MOST_ACTIVE) {
                throw new ServiceException(
                        ErrorCode.CONFLICT,
                        "An agent can have " + MOST_ACTIVE + " active credentials; revoke one that is not used");
            }
            return null;
        });
    }

    private StoredCredential newCredential(UUID credentialId, GenerateCredential request, StoredSecret kept) {
        Instant now = now();
        return new StoredCredential(
                credentialId, request.agentId(), kept, null, null, 1, now, request.expiresAt(), null, null);
    }

    private void refuseExpired(StoredCredential stored) {
        if (stored.status(now()) == CredentialStatus.EXPIRED) {
            throw new ServiceException(ErrorCode.CONFLICT, "The credential has expired; generate another one");
        }
    }

    private StoredCredential rotated(StoredCredential stored, RotateCredential request, StoredSecret kept) {
        refuseExpired(stored);
        Instant now = now();
        boolean overlap = request.overlapSeconds() > 0;
        return new StoredCredential(
                stored.credentialId(),
                stored.clientId(),
                kept,
                overlap ? stored.secret() : null,
                overlap ? now.plusSeconds(request.overlapSeconds()) : null,
                request.revokeTokens() ? stored.epoch() + 1 : stored.epoch(),
                stored.createdAt(),
                stored.expiresAt(),
                null,
                stored.lastUsedAt());
    }

    private Instant now() {
        return runtime.clock().instant();
    }
}
