package ai.sentryagent.idp.schema;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * One handler for each kind of fact; a batch is handled in its order, and fails at the first fact that fails. A {@link
 * Subscriber} is told what it is owed, so for it a fact of a kind without a handler fails too, and nothing is acknowledged
 * that nobody has looked at. A {@link Subscription} sees everything, and passes over what it has no handler for.
 *
 * <pre>{@code
 * Subscriber.TOKENS.serve(bus, new FactHandlers().on(AgentEvents.SUSPENDED, (fact, state) -> kill(state)));
 * }</pre>
 */
public final class FactHandlers implements Function<List<Fact>, Future<Void>> {
    private final Map<String, Function<Fact, Future<Void>>> byType = new HashMap<>();

    /** Handles facts of this kind. The future completes when the effect is durable; the same fact may come again. */
    public <T> FactHandlers on(Event<T> event, BiFunction<Fact, T, Future<Void>> handler) {
        byType.put(event.type(), fact -> handler.apply(fact, event.dataOf(fact)));
        return this;
    }

    @Override
    public Future<Void> apply(List<Fact> facts) {
        Future<Void> handled = Future.succeededFuture();
        for (Fact fact : facts) {
            handled = handled.compose(done -> handle(fact));
        }
        return handled;
    }

    /**
     * Handles the facts of a batch together, where their order does not matter: one that fails keeps none of the others from
     * its effect. Fails when all are done and one of them failed.
     */
    public Future<Void> applyTogether(List<Fact> facts) {
        return Future.join(facts.stream()
                        .map(fact -> Future.succeededFuture() // so that one that cannot be read fails like any other
                                .compose(begin -> handle(fact)))
                        .toList())
                .mapEmpty();
    }

    private Future<Void> handle(Fact fact) {
        return byType.containsKey(fact.type())
                ? handleOrPass(fact)
                : Future.failedFuture(new IllegalStateException("No handler for facts of type " + fact.type()));
    }

    Future<Void> handleOrPass(Fact fact) {
        return byType.getOrDefault(fact.type(), other -> Future.succeededFuture())
                .apply(fact);
    }
}
