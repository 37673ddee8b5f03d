package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Client authentication, RFC 6749 §2.3.1. Whoever does not know a live secret learns nothing: unknown and known clients, and
 * wrong, revoked and expired secrets take the same way, the same time and get the same answer.
 */
final class ClientAuthenticator {
    private static final Logger LOG = LoggerFactory.getLogger(ClientAuthenticator.class);

    /** How exact {@code lastUsedAt} is, so that a busy client does not cost a write a request. */
    private static final Duration USED_RESOLUTION = Duration.ofMinutes(1);

    private final ServiceRuntime runtime;
    private final Database database;
    private final Outbox outbox;
    private final CredentialTable credentials;
    private final ClientLookup lookup;
    private final SecretCheck check;

    ClientAuthenticator(ServiceRuntime runtime, Database database, Outbox outbox, Tables tables, SecretCheck check) {
        this.runtime = runtime;
        this.database = database;
        this.outbox = outbox;
        this.credentials = tables.credentials();
        this.lookup = new ClientLookup(runtime.vertx(), database, tables);
        this.check = check;
    }

    Future<Client> authenticate(Caller caller, AuthenticateClient request) {
        Instant now = runtime.clock().instant();
        Optional<UUID> clientId = parse(request.clientId());
        UUID asked = clientId.orElseGet(runtime.ids());
        return lookup.find(asked).compose(found -> {
            Optional<AgentState> agent = found.agent();
            List<StoredCredential> credentials =
                    agent.stream().anyMatch(state -> state.status() == AgentStatus.DECOMMISSIONED)
                            ? StoredCredential.asBeforeTheEnd(found.credentials())
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
        noteUse(credential, now);
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
        String claimed = parse(request.clientId()).map(UUID::toString).orElse("malformed");
        return outbox.append(outbox.fact(
                CredentialEvents.AUTHENTICATION_FAILED,
                agent.map(AgentState::agentId).orElse(null),
                Outcome.FAILURE,
                caller,
                new FailedAuthentication(claimed, reason)));
    }

    /** Not waited for: nobody's token should be late for the sake of a date. */
    private void noteUse(StoredCredential credential, Instant now) {
        Instant last = credential.lastUsedAt();
        if (last == null || last.plus(USED_RESOLUTION).isBefore(now)) {
            credentials.used(database.client(), credential.credentialId(), now).onFailure(failure -> LOG.atWarn()
                    .addKeyValue("credentialId", credential.credentialId())
                    .addKeyValue("cause", failure.getMessage())
                    .log("The time of last use was not stored"));
        }
    }

    private static Optional<UUID> parse(String clientId) {
        try {
            UUID id = UUID.fromString(clientId);
            return id.toString().equalsIgnoreCase(clientId) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
