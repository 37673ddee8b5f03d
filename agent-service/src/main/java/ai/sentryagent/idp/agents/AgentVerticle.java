package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import io.vertx.core.Future;

/** Binds agent-service's work to the bus. */
final class AgentVerticle extends ServiceVerticle {
    private final AgentConfig config;

    AgentVerticle(AgentConfig config, ServiceRuntime runtime) {
        super(runtime, "agents", config.database());
        this.config = config;
    }

    @Override
    protected Future<?> bind(Store store) {
        AgentTable table = new AgentTable();
        AgentRegistry registry =
                new AgentRegistry(runtime, config.maxAgents(), store.database(), store.outbox(), table);
        AgentLifecycle lifecycle = new AgentLifecycle(runtime.clock(), store.outbox(), table);
        FirstAdministrator first = new FirstAdministrator(runtime, store, table);
        Bus bus = store.bus();
        return Future.all(
                        AgentOperations.REGISTER.serve(bus, registry::register),
                        AgentOperations.GET.serve(bus, registry::get),
                        AgentOperations.LIST.serve(bus, registry::list),
                        AgentOperations.UPDATE.serve(bus, lifecycle::update),
                        AgentOperations.DECOMMISSION.serve(bus, lifecycle::decommission),
                        AgentOperations.HEALTH.serve(bus, store::health))
                .compose(bound -> first.makeIfAlone(config.administratorEmail()));
    }
}
