package ai.sentryagent.idp.runtime.outbox;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * {@code agentidp_outbox_facts{owner,subscriber}}: how many facts a subscriber has still to acknowledge, whichever instance
 * of the owner they are to leave from; and {@code agentidp_outbox_overdue_facts}, how many of them have waited for more than
 * ten seconds. They count to 10,000 and no further, and say nothing while they cannot count.
 */
final class Backlog {
    private final OutboxTable table;
    private final MultiGauge facts = MultiGauge.builder("agentidp_outbox_facts").register(Metrics.globalRegistry);
    private final MultiGauge overdue =
            MultiGauge.builder("agentidp_outbox_overdue_facts").register(Metrics.globalRegistry);
    private boolean underWay;

    Backlog(OutboxTable table) {
        this.table = table;
    }

    Future<Void> measure(SqlClient client) {
        if (underWay) {
            return Future.succeededFuture();
        }
        underWay = true;
        return Future.succeededFuture()
                .compose(begin -> table.waiting(client))
                .onComplete(done -> underWay = false)
                .onSuccess(this::tell)
                .onFailure(unknown -> tell(List.of()))
                .mapEmpty();
    }

    private void tell(List<OutboxTable.Waiting> all) {
        tell(facts, all, OutboxTable.Waiting::facts);
        tell(overdue, all, OutboxTable.Waiting::overdue);
    }

    private static void tell(
            MultiGauge gauge, List<OutboxTable.Waiting> all, ToLongFunction<OutboxTable.Waiting> count) {
        gauge.register(
                all.stream()
                        .map(one -> MultiGauge.Row.of(
                                Tags.of("owner", one.owner(), "subscriber", one.subscriber()), count.applyAsLong(one)))
                        .toList(),
                true);
    }
}
