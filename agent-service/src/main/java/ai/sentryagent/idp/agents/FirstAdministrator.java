package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.agents.AgentEvents;
import ai.sentryagent.idp.schema.agents.AgentType;
import ai.sentryagent.idp.schema.agents.DeploymentEnv;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import ai.sentryagent.idp.schema.agents.RegisterAgent;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
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

    private final ServiceRuntime runtime;
    private final Outbox outbox;
    private final AgentTable table;

    FirstAdministrator(ServiceRuntime runtime, Outbox outbox, AgentTable table) {
        this.runtime = runtime;
        this.outbox = outbox;
        this.table = table;
    }

    /**
     * Does nothing without an e-mail, or when there is any agent, whatever its status. Completes when the administrator
     * can authenticate, or after 5 s when credential-service has not said so.
     */
    Future<Void> makeIfAlone(Optional<String> email) {
        return email.isEmpty()
                ? Future.succeededFuture()
                : outbox.commit(transaction -> table.placesTaken(transaction) // two instances may start at once
                                .compose(locked -> table.any(transaction))
                                .compose(any -> any ? nothing() : make(transaction, email.get())))
                        .compose(committed -> committed.whenFelt((made, felt) -> null));
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
                            List.of(outbox.fact(
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
