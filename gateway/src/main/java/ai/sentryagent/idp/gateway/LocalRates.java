package ai.sentryagent.idp.gateway;

import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Budgets of this event loop alone, for while Redis is away, and the memory of budgets that are spent. Bounded. */
final class LocalRates {
    private static final int MOST = 10_000;

    private final Clock clock;
    private final int limit;
    private final int share;
    private final Duration window;
    private final Map<String, Window> windows = bounded();
    private final Map<String, Long> spentUntil = bounded();

    /** @param loops how many event loops share the limit while Redis is away */
    LocalRates(Clock clock, int limit, int loops, Duration window) {
        this.clock = clock;
        this.limit = limit;
        this.share = limit == 0 ? 0 : Math.max(1, limit / loops);
        this.window = window;
    }

    private record Window(long until, int count) {}

    RateState charge(String budget) {
        long now = clock.millis();
        Window known = windows.get(budget);
        Window next = known == null || known.until() <= now
                ? new Window(now + window.toMillis(), 1)
                : new Window(known.until(), known.count() + 1);
        windows.put(budget, next);
        return remember(budget, new RateState(share, next.count(), Duration.ofMillis(next.until() - now)));
    }

    RateState counted(String budget, long count, long leftMillis) {
        return remember(budget, new RateState(limit, count, Duration.ofMillis(Math.max(0, leftMillis))));
    }

    /** Whether the budget was last seen spent. */
    boolean isSpent(String budget) {
        Long until = spentUntil.get(budget);
        return until != null && until > clock.millis();
    }

    private RateState remember(String budget, RateState state) {
        if (state.isExceeded()) {
            spentUntil.put(budget, clock.millis() + state.left().toMillis());
        }
        return state;
    }

    private static <V extends @Nullable Object> Map<String, V> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
                return size() > MOST;
            }
        };
    }
}
