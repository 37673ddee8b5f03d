package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.FactHandlers;
import ai.sentryagent.idp.schema.agents.AgentEvents;
import io.vertx.core.Future;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Writes down of whose registration it hears, and only then does what else there is to do.
 *
 * @param agents each time it was told, whatever came of it
 */
record Ear(List<String> agents, Function<String, Future<Void>> then) {
    static Ear open() {
        return of(agent -> Future.succeededFuture());
    }

    static Ear of(Function<String, Future<Void>> then) {
        return new Ear(new CopyOnWriteArrayList<>(), then);
    }

    FactHandlers handlers() {
        return new FactHandlers().on(AgentEvents.CREATED, (fact, state) -> hear(fact));
    }

    private Future<Void> hear(Fact fact) {
        String agent = Objects.requireNonNull(fact.agentId()).toString();
        agents.add(agent);
        return then.apply(agent);
    }

    void until(String agent) {
        Patience.until("news of " + agent, () -> agents, heard -> heard.contains(agent));
    }
}
