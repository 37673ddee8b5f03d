package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.BoundedMap;
import java.time.Clock;
import java.util.Map;

/** How budgets stood when this event loop last heard of them, so that it need not ask. */
final class LastSeen {
    private static final int MOST = 10_000;

    private final Clock clock;
    private final int limit;
    private final Map<String, Seen> budgets = new BoundedMap<>(MOST);

    /** @param limit of a budget that has not been seen; 0 for none */
    LastSeen(Clock clock, int limit) {
        this.clock = clock;
        this.limit = limit;
    }

    private record Seen(long until, RateState state) {}

    void remember(String budget, RateState state) {
        budgets.put(budget, new Seen(clock.millis() + state.left().toMillis(), state));
    }

    /** Whether the budget had no more left than this. */
    boolean isSpent(String budget, int more) {
        Seen last = budgets.get(budget);
        if (last == null || last.until() <= clock.millis()) {
            return limit > 0 && more >= limit;
        }
        return last.state().count() + more >= last.state().limit();
    }
}
