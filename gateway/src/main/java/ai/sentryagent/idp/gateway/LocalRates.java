package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.BoundedMap;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Budgets of this event loop alone, for while Redis is away. Those that were charged longest ago are forgotten first. */
final class LocalRates {
    private static final int MOST = 10_000;

    private final Clock clock;
    private final int limit;
    private final int share;
    private final Duration window;
    private final Map<String, Window> windows = new BoundedMap<>(MOST);

    /** @param loops how many event loops share the limit while Redis is away */
    LocalRates(Clock clock, int limit, int loops, Duration window) {
        this.clock = clock;
        this.limit = limit;
        this.share = limit == 0 ? 0 : Math.max(1, limit / loops);
        this.window = window;
    }

    private record Window(long until, long count) {}

    /** Charges the budget once. */
    RateState charge(String budget) {
        long now = clock.millis();
        Window known = windows.get(budget);
        Window charged = known != null && known.until() > now
                ? new Window(known.until(), known.count() + 1)
                : new Window(now + window.toMillis(), 1);
        windows.put(budget, charged);
        return new RateState(share, charged.count(), Duration.ofMillis(charged.until() - now));
    }

    /** Charges one after the other until one is exceeded. */
    List<RateState> chargeWhileWithin(List<String> budgets) {
        List<RateState> charged = new ArrayList<>();
        for (String budget : budgets) {
            RateState state = charge(budget);
            charged.add(state);
            if (state.isExceeded()) {
                break;
            }
        }
        return charged;
    }

    /** What Redis has counted of the whole limit. */
    RateState counted(long count, long leftMillis) {
        return new RateState(limit, count, Duration.ofMillis(Math.max(0, leftMillis)));
    }
}
