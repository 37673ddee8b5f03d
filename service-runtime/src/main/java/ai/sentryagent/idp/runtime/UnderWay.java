package ai.sentryagent.idp.runtime;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** How much is under way for each of those among whom the room is shared. For one event loop. */
public final class UnderWay<K> {
    private final Map<K, Integer> counts = new HashMap<>();

    public int of(K whose) {
        return counts.getOrDefault(whose, 0);
    }

    /** Begins the work, and counts it for each of them until it is done. What it throws is a failure as well. */
    public <T> Future<T> count(List<K> whose, Supplier<Future<T>> work) {
        whose.forEach(each -> counts.merge(each, 1, Integer::sum));
        return Future.succeededFuture()
                .compose(begin -> work.get())
                .onComplete(done -> whose.forEach(
                        each -> counts.computeIfPresent(each, (same, count) -> count == 1 ? null : count - 1)));
    }
}
