package ai.sentryagent.idp.runtime.outbox;

import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;

/**
 * {@code agentidp_outbox_facts{owner,subscriber}}: how many facts a subscriber has still to acknowledge, whichever instance
 * of the owner they are to leave from. It counts to 10,000 and no further, and says nothing while it cannot count.
 */
final class Backlog {
    private final OutboxTable table;
    private final MultiGauge gauge = MultiGauge.builder("agentidp_outbox_facts").register(Metrics.globalRegistry);
    private boolean underWay;

    Backlog(OutboxTable table) {
        this.table = table;
    }

    Future<Void> measure(SqlClient client) {
        if (underWay) {
            return Future.succeededFuture();
        }
        underWay = true;
        return table.waiting(client)
                .onComplete(done -> underWay = false)
                .onSuccess(this::tell)
                .onFailure(unknown -> tell(List.of()))
                .mapEmpty();
    }

    private void tell(List<OutboxTable.Waiting> all) {
        gauge.register(
                all.stream()
                        .map(one -> MultiGauge.Row.of(
                                Tags.of("owner", one.owner(), "subscriber", one.subscriber()), one.facts()))
                        .toList(),
                true);
    }
}
