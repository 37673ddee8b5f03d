package ai.sentryagent.idp.audit;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import java.util.Map;

/** {@code agentidp_subscription_lag{subscription}}: how many events a subscription has still to acknowledge. */
final class SubscriptionLag {
    private final Subscriptions subscriptions;
    private final MultiGauge gauge =
            MultiGauge.builder("agentidp_subscription_lag").register(Metrics.globalRegistry);

    SubscriptionLag(Subscriptions subscriptions) {
        this.subscriptions = subscriptions;
    }

    /** Says nothing while it cannot count. */
    Future<Void> measure() {
        return subscriptions
                .lags()
                .onSuccess(this::tell)
                .onFailure(unknown -> tell(Map.of()))
                .mapEmpty();
    }

    private void tell(Map<String, Long> lags) {
        gauge.register(
                lags.entrySet().stream()
                        .map(lag -> MultiGauge.Row.of(Tags.of("subscription", lag.getKey()), lag.getValue()))
                        .toList(),
                true);
    }
}
