package ai.sentryagent.idp.gateway;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Budgets of this event loop alone, for while Redis is away, and the memory of how the shared ones stood. Bounded. */
final class LocalRates {
    private static final int MOST = 10_000;

    private final Clock clock;
    private final int limit;
    private final int share;
    private final Duration window;
    private final Map<String, Window> windows = bounded();
    private final Map<String, Window> seen = bounded();

    /** @param loops how many event loops share the limit while Redis is away */
    LocalRates(Clock clock, int limit, int loops, Duration window) {
        this.clock = clock;
        this.limit = limit;
        this.share = limit == 0 ? 0 : Math.max(1, limit / loops);
        this.window = window;
    }

    private record Window(long until, RateState state) {}

    RateState charge(String budget) {
        long now = clock.millis();
        Window known = windows.get(budget);
        long until = now + window.toMillis();
        long count = 1;
        if (known != null && known.until() > now) {
            until = known.until();
            count = known.state().count() + 1;
        }
        RateState state = new RateState(share, count, Duration.ofMillis(until - now));
        windows.put(budget, new Window(until, state));
        return remember(budget, state);
    }

    RateState counted(String budget, long count, long leftMillis) {
        return remember(budget, new RateState(limit, count, Duration.ofMillis(Math.max(0, leftMillis))));
    }

    /** Whether, when it was last seen, the budget had no more left than this. */
    boolean isSpent(String budget, int more) {
        Window last = seen.get(budget);
        if (last == null || last.until() <= clock.millis()) {
            return limit > 0 && more >= limit;
        }
        return last.state().count() + more >= last.state().limit();
    }

    private RateState remember(String budget, RateState state) {
        seen.put(budget, new Window(clock.millis() + state.left().toMillis(), state));
        return state;
    }

    private static Map<String, Window> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Window> eldest) {
                return size() > MOST;
            }
        };
    }
}
