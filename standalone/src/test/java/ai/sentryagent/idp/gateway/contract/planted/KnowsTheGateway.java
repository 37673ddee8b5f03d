package ai.sentryagent.idp.gateway.contract.planted;

import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import io.vertx.core.eventbus.EventBus;
import io.vertx.ext.web.RoutingContext;

/** A check of requests that knows who lets it check. */
public final class KnowsTheGateway {
    private KnowsTheGateway() {}

    static void theGateway(String... arguments) {
        GatewayMain.main(arguments);
    }

    static SecretText theRuntime() {
        return new SecretText("");
    }

    static String theGrammar() {
        return AgentOperations.GET.address();
    }

    static boolean theBus(EventBus bus) {
        return bus.isMetricsEnabled();
    }

    static String theWeb(RoutingContext context) {
        return context.normalizedPath();
    }
}
