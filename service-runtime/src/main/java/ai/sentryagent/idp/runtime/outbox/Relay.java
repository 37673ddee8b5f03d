package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Subscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the outbox holds: at once what this instance has just committed, and every second what is overdue, whoever
 * wrote it. Belongs to one event loop.
 */
final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration FELT_WITHIN = Duration.ofSeconds(5);
    private static final int CLAIM = 500;

    private final Vertx vertx;
    private final Database database;
    private final OutboxTable table;
    private final Map<Subscriber, Lane> lanes = new EnumMap<>(Subscriber.class);
    private long timer;
    private boolean sweeping;

    Relay(Vertx vertx, Database database, OutboxTable table) {
        this.vertx = vertx;
        this.database = database;
        this.table = table;
    }

    /** Completes with true when everyone but the audit log has acknowledged, with false after 5 s. */
    Future<Boolean> send(List<OutboxEntry> entries) {
        List<Future<Void>> felt = entries.stream()
                .flatMap(entry -> entry.subscribers().stream().map(subscriber -> {
                    Future<Void> acknowledged = lane(subscriber).send(entry.fact());
                    return subscriber == Subscriber.AUDIT ? Future.<Void>succeededFuture() : acknowledged;
                }))
                .toList();
        return Future.all(felt)
                .map(true)
                .timeout(FELT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(false);
    }

    void start() {
        timer = vertx.setPeriodic(SWEEP.toMillis(), tick -> sweep());
    }

    Future<Void> drain() {
        vertx.cancelTimer(timer);
        Promise<Void> drained = Promise.promise();
        vertx.setPeriodic(10, tick -> {
            if (lanes.values().stream().allMatch(Lane::isIdle)) {
                vertx.cancelTimer(tick);
                drained.tryComplete();
            }
        });
        return drained.future()
                .timeout(FELT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    private Lane lane(Subscriber to) {
        return lanes.computeIfAbsent(
                to, subscriber -> new Lane(vertx, subscriber, ids -> table.delete(database.client(), subscriber, ids)));
    }

    private void sweep() {
        if (sweeping) {
            return;
        }
        sweeping = true;
        table.claim(database.client(), CLAIM)
                .onSuccess(this::send)
                .onFailure(failure ->
                        LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Outbox cannot be read"))
                .onComplete(done -> sweeping = false);
    }
}
