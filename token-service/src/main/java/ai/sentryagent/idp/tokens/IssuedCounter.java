package ai.sentryagent.idp.tokens;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code agentidp_tokens_issued_total{scope}}. Scopes are made by users, so only the first hundred get a label value of
 * their own; the others share {@code other}.
 */
final class IssuedCounter {
    private static final int MOST = 100;

    private final Map<String, Counter> byScope = new HashMap<>();

    void count(String scope) {
        String label = byScope.containsKey(scope) || byScope.size() < MOST ? scope : "other";
        byScope.computeIfAbsent(label, value -> Metrics.counter("agentidp_tokens_issued", "scope", value))
                .increment();
    }
}
