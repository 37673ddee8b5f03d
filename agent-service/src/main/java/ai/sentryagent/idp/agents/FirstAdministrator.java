package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.ServiceHealth;
import ai.sentryagent.idp.schema.agents.AgentEvents;
import ai.sentryagent.idp.schema.agents.AgentType;
import ai.sentryagent.idp.schema.agents.DeploymentEnv;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import ai.sentryagent.idp.schema.agents.RegisterAgent;
import ai.sentryagent.idp.schema.credentials.CredentialOperations;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the agent with which everything else can be made. Its secret never comes here: credential-service gives it the
 * bootstrap secret when it hears of the fact.
 */
final class FirstAdministrator {
    private static final Logger LOG = LoggerFactory.getLogger(FirstAdministrator.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final ServiceRuntime runtime;
    private final ServiceVerticle.Store store;
    private final AgentTable table;

    FirstAdministrator(ServiceRuntime runtime, ServiceVerticle.Store store, AgentTable table) {
        this.runtime = runtime;
        this.store = store;
        this.table = table;
    }

    /**
     * Does nothing without an e-mail, or when there is any agent, whatever its status. Otherwise waits for
     * credential-service, which must give the administrator its secret, and completes when that can authenticate.
     */
    Future<Void> makeIfAlone(Optional<String> email) {
        return email.isEmpty()
                ? Future.succeededFuture()
                : table.any(store.database().client())
                        .compose(any -> any
                                ? Future.succeededFuture()
                                : credentialsAnswer().compose(there -> makeOnce(email.get())));
    }

    private Future<Void> makeOnce(String email) {
        return store.outbox()
                .commit(transaction -> table.placesTaken(transaction) // two instances may start at once
                        .compose(locked -> table.any(transaction))
                        .compose(any -> any ? nothing() : make(transaction, email)))
                .compose(committed -> committed.whenFelt((made, felt) -> null));
    }

    private Future<Void> credentialsAnswer() {
        Caller system = Caller.system("bootstrap");
        return Rounds.untilLast(() -> CredentialOperations.HEALTH
                .ask(store.bus(), system, new ServiceHealth.Question())
                .map(true)
                .recover(away -> {
                    LOG.atWarn().addKeyValue("cause", away.getMessage()).log("Waiting for credential-service");
                    return runtime.vertx().timer(LOOK_EVERY.toMillis()).map(false);
                }));
    }

    private static Future<Change<Boolean>> nothing() {
        return Future.succeededFuture(new Change<>(false, List.of()));
    }

    private Future<Change<Boolean>> make(SqlClient transaction, String email) {
        StoredAgent administrator = administrator(email);
        Caller system = Caller.system(runtime.ids().get().toString());
        return table.takePlace(transaction, 0)
                .compose(taken -> table.insert(transaction, administrator))
                .map(inserted -> {
                    LOG.atInfo()
                            .addKeyValue("clientId", administrator.agent().agentId())
                            .log("The first administrator has been made");
                    return new Change<>(
                            true,
                            List.of(store.outbox()
                                    .fact(
                                            AgentEvents.BOOTSTRAPPED,
                                            administrator.agent().agentId(),
                                            system,
                                            administrator.state(Map.of()))));
                });
    }

    private StoredAgent administrator(String email) {
        RegisterAgent request = new RegisterAgent(
                email,
                AgentType.CUSTOM,
                "1.0.0",
                List.of("agentidp:administer"),
                "agentidp",
                DeploymentEnv.PRODUCTION,
                ManagementScopes.ALL);
        return StoredAgent.registered(
                runtime.ids().get(), request, runtime.clock().instant());
    }
}
