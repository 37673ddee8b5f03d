package ai.sentryagent.idp.tokens;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code agentidp_tokens_issued_total{scope}}. Scopes are made by users, so only the first hundred that are not long get
 * a label value of their own; the others share {@code other}.
 */
final class IssuedCounter {
    private static final int MOST = 100;

    /** In characters: whoever reads the metrics reads each of them every few seconds. */
    private static final int LONGEST = 200;

    private final Map<String, Counter> byScope = new HashMap<>();

    void count(String scope) {
        boolean hasRoom = byScope.size() < MOST && scope.length() <= LONGEST;
        String label = byScope.containsKey(scope) || hasRoom ? scope : "other";
        byScope.computeIfAbsent(label, value -> Metrics.counter("agentidp_tokens_issued", "scope", value))
                .increment();
    }
}
