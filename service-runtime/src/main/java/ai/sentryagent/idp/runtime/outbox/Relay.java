package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.runtime.Outage;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Subscriber;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the outbox holds: at once what this instance has just committed, and every second what is overdue, whoever
 * wrote it. Belongs to one event loop.
 */
final class Relay {
    private static final Logger LOG = LoggerFactory.getLogger(Relay.class);
    private static final Duration SWEEP = Duration.ofSeconds(1);
    private static final Duration MEASURE = Duration.ofSeconds(5);

    /**
     * Nobody waits for the audit log, where a batch takes six statements whether it holds one fact or two hundred. One that
     * comes alone leaves at once.
     */
    private static final Duration PACE_OF_AUDIT = Duration.ofMillis(40);

    private static final Duration FELT_WITHIN = Duration.ofSeconds(5);
    private static final int CLAIM = 2_000;

    private final Vertx vertx;
    private final Database database;
    private final OutboxTable table;
    private final Map<Subscriber, Lane> lanes = new EnumMap<>(Subscriber.class);
    private final Set<Subscriber> sweeping = EnumSet.noneOf(Subscriber.class);
    private final Backlog backlog;
    private final Outage outage = Outage.of("postgres");
    private long timer;
    private long measuring;

    Relay(Vertx vertx, Bus bus, Database database, OutboxTable table) {
        this.vertx = vertx;
        this.database = database;
        this.table = table;
        this.backlog = new Backlog(table);
        for (Subscriber to : Subscriber.values()) {
            Duration pace = to == Subscriber.AUDIT ? PACE_OF_AUDIT : Duration.ZERO;
            lanes.put(to, new Lane(vertx, bus, to, pace, ids -> table.delete(database.client(), to, ids)));
        }
    }

    /** Completes with true when everyone but the audit log has acknowledged, with false after 5 s. */
    Future<Boolean> send(List<OutboxEntry> entries) {
        List<Future<Void>> felt = entries.stream()
                .flatMap(entry -> entry.subscribers().stream().map(subscriber -> {
                    Future<Void> acknowledged =
                            Objects.requireNonNull(lanes.get(subscriber)).send(entry.fact());
                    return subscriber == Subscriber.AUDIT ? Future.<Void>succeededFuture() : acknowledged;
                }))
                .toList();
        return Future.all(felt)
                .map(true)
                .timeout(FELT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(false);
    }

    void start() {
        timer = vertx.setPeriodic(SWEEP.toMillis(), tick -> lanes.forEach(this::sweep));
        measuring = vertx.setPeriodic(
                MEASURE.toMillis(), tick -> backlog.measure(database.client()).onFailure(this::note));
    }

    Future<Void> drain() {
        vertx.cancelTimer(timer);
        vertx.cancelTimer(measuring);
        Promise<Void> drained = Promise.promise();
        vertx.setPeriodic(10, tick -> {
            if (lanes.values().stream().allMatch(lane -> lane.size() == 0)) {
                vertx.cancelTimer(tick);
                drained.tryComplete();
            }
        });
        return drained.future()
                .timeout(FELT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty();
    }

    /** Each subscriber for itself, so that what waits for one that is away stands in nobody else's way. */
    private void sweep(Subscriber to, Lane lane) {
        int room = CLAIM - lane.size();
        if (room <= 0 || !sweeping.add(to)) {
            return;
        }
        Future.succeededFuture()
                .compose(begin -> table.claim(database.client(), to, room))
                .onSuccess(facts -> facts.forEach(lane::send))
                .onComplete(done -> {
                    sweeping.remove(to);
                    note(done.cause());
                });
    }

    private void note(@Nullable Throwable failure) {
        if (failure == null) {
            outage.end();
        } else if (outage.begin()) { // once an outage, not once a second
            LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Outbox cannot be read");
        }
    }
}
