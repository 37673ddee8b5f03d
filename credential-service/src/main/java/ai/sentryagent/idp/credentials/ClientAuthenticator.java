package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.CanonicalUuid;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.AgentState;
import ai.sentryagent.idp.schema.agents.AgentStatus;
import ai.sentryagent.idp.schema.credentials.AuthenticateClient;
import ai.sentryagent.idp.schema.credentials.Client;
import ai.sentryagent.idp.schema.credentials.CredentialEvents;
import ai.sentryagent.idp.schema.credentials.FailedAuthentication;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Client authentication, RFC 6749 §2.3.1. Whoever does not know a live secret learns nothing: unknown and known clients, and
 * wrong, revoked and expired secrets take the same way, the same time and get the same answer.
 */
final class ClientAuthenticator {
    private final ServiceRuntime runtime;
    private final Outbox outbox;
    private final ClientLookup lookup;
    private final LastUses uses;
    private final SecretCheck check;

    ClientAuthenticator(ServiceRuntime runtime, Database database, Outbox outbox, Tables tables, SecretCheck check) {
        this.runtime = runtime;
        this.outbox = outbox;
        this.lookup = new ClientLookup(runtime.vertx(), database, tables);
        this.uses = new LastUses(runtime.vertx(), database, tables.credentials());
        this.check = check;
    }

    Future<Client> authenticate(Caller caller, AuthenticateClient request) {
        RefusalBeat beat = new RefusalBeat(runtime.vertx());
        return decide(caller, request).recover(beat::hold).onComplete(done -> beat.end());
    }

    private Future<Client> decide(Caller caller, AuthenticateClient request) {
        Instant now = runtime.clock().instant();
        Optional<UUID> clientId = CanonicalUuid.parse(request.clientId());
        UUID asked = clientId.orElseGet(runtime.ids());
        return lookup.find(asked).compose(found -> {
            Optional<AgentState> agent = found.agent();
            List<StoredCredential> credentials =
                    agent.stream().anyMatch(state -> state.status() == AgentStatus.DECOMMISSIONED)
                            ? StoredCredential.asBeforeTheEnd(found.credentials(), found.endedAt())
                            : found.credentials();
            return check.find(asked, credentials, request, now)
                    .compose(verdict -> verdict.credential() == null || agent.isEmpty()
                            ? refuse(caller, agent, request, verdict.reason())
                            : admit(caller, agent.get(), request, verdict.credential(), now));
        });
    }

    private Future<Client> admit(
            Caller caller, AgentState agent, AuthenticateClient request, StoredCredential credential, Instant now) {
        if (agent.status() != AgentStatus.ACTIVE) {
            return audit(
                            caller,
                            Optional.of(agent),
                            request,
                            "agent_" + agent.status().word())
                    .compose(written -> Future.failedFuture(new ServiceException(
                            ErrorCode.UNAUTHORIZED_CLIENT,
                            "The agent is " + agent.status().word())));
        }
        uses.note(credential, now);
        return Future.succeededFuture(new Client(
                agent.agentId(),
                credential.credentialId(),
                agent.epoch(),
                credential.epoch(),
                agent.agentType(),
                agent.deploymentEnv(),
                agent.capabilities(),
                agent.scopes()));
    }

    private Future<Client> refuse(
            Caller caller, Optional<AgentState> agent, AuthenticateClient request, String reason) {
        ServiceException refusal = request.cheapOnly()
                ? new ServiceException(ErrorCode.RATE_LIMIT_EXCEEDED, "Too many failed authentications")
                : new ServiceException(ErrorCode.INVALID_CLIENT, "Client authentication failed");
        return audit(caller, agent, request, agent.isEmpty() ? "unknown_client" : reason)
                .compose(written -> Future.failedFuture(refusal));
    }

    /** What comes after a budget has been spent leaves no row: the log would be anybody's to fill. */
    private Future<Void> audit(Caller caller, Optional<AgentState> agent, AuthenticateClient request, String reason) {
        if (request.cheapOnly()) {
            return Future.succeededFuture();
        }
        String claimed =
                CanonicalUuid.parse(request.clientId()).map(UUID::toString).orElse("malformed");
        return outbox.append(outbox.fact(
                CredentialEvents.AUTHENTICATION_FAILED,
                agent.map(AgentState::agentId).orElse(null),
                Outcome.FAILURE,
                caller,
                new FailedAuthentication(claimed, reason)));
    }
}
