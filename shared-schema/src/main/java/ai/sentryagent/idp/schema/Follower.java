package ai.sentryagent.idp.schema;

import ai.sentryagent.idp.schema.audit.Acknowledge;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.Follow;
import ai.sentryagent.idp.schema.audit.Followed;
import ai.sentryagent.idp.schema.audit.Followed.Gap;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads on for a {@link Subscription}, a batch at a time: at once when the log has grown, every few seconds besides, and
 * after a failure in longer and longer pauses. Its own place is always the one that audit-service has stored.
 */
final class Follower {
    private static final System.Logger LOG = System.getLogger(Follower.class.getName());
    private static final int BATCH = 100;
    private static final Duration LOOK_EVERY = Duration.ofSeconds(3);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
    private static final int MOST_DOUBLINGS = 7;

    /** Of one effect; whoever never says that it is done shall not be waited for in silence. */
    private static final Duration HANDLED_WITHIN = Duration.ofSeconds(30);

    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(10);

    private final Bus bus;
    private final String name;
    private final Follow.From from;
    private final Function<Fact, Future<Void>> handler;
    private final Function<Gap, Future<Void>> overGaps;

    /** From the beginning of a turn to its end, and to the end of the pause where it failed. */
    private final AtomicBoolean busy = new AtomicBoolean();

    private volatile boolean again;
    private volatile boolean closed;
    private volatile @Nullable Context here;
    private volatile Future<?> underWay = Future.succeededFuture();
    private long reached;
    private int failures;

    Follower(
            Bus bus,
            String name,
            Follow.From from,
            Function<Fact, Future<Void>> handler,
            Function<Gap, Future<Void>> overGaps) {
        this.bus = bus;
        this.name = name;
        this.from = from;
        this.handler = handler;
        this.overGaps = overGaps;
    }

    Future<Void> start() {
        here = bus.context();
        return known().compose(known -> AuditOperations.APPENDED.hear(bus, this::look))
                .onSuccess(heard -> lookEveryNowAndThen());
    }

    Future<Void> close() {
        closed = true;
        return underWay.timeout(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    private Future<Void> known() {
        return Rounds.untilLast(() -> next(1).map(true)
                .recover(failure -> closed
                        ? Future.failedFuture(failure)
                        : pauseAfter(failure)
                                .compose(over ->
                                        closed ? Future.failedFuture(failure) : Future.succeededFuture(false))));
    }

    private void lookEveryNowAndThen() {
        if (!closed) {
            look();
            bus.pause(LOOK_EVERY).onSuccess(over -> lookEveryNowAndThen());
        }
    }

    private void look() {
        again = true;
        if (closed || !busy.compareAndSet(false, true)) {
            return;
        }
        again = false;
        Future<Boolean> turn = turn();
        underWay = turn;
        turn.recover(failure -> pauseAfter(failure).map(true)).onSuccess(more -> {
            busy.set(false);
            if (more || again) {
                look();
            }
        });
    }

    /** Completes with whether the log holds more than this turn has read. */
    private Future<Boolean> turn() {
        return next(BATCH)
                .compose(next -> handle(next).transform(handled -> acknowledge(next)
                        .compose(done -> handled.failed()
                                ? Future.failedFuture(handled.cause())
                                : Future.succeededFuture(reached < next.head()))))
                .onSuccess(more -> failures = 0);
    }

    private Future<Followed> next(int limit) {
        return AuditOperations.FOLLOW.ask(bus, caller(), new Follow(name, from, limit));
    }

    /** Stops at the first that fails; {@link #reached} says how far it came. */
    private Future<Void> handle(Followed next) {
        reached = next.position();
        Gap gone = next.gone();
        if (gone != null) {
            return handled(() -> overGaps.apply(gone), gone.last());
        }
        Future<Void> handled = Future.succeededFuture();
        for (Followed.Entry entry : next.facts()) {
            handled = handled.compose(done -> handled(() -> handler.apply(entry.fact()), entry.sequence()));
        }
        return handled;
    }

    private Future<Void> handled(Supplier<Future<Void>> effect, long sequence) {
        return closed
                ? Future.succeededFuture()
                : Bus.heardOn(
                                Objects.requireNonNull(here),
                                effect.get().timeout(HANDLED_WITHIN.toMillis(), TimeUnit.MILLISECONDS))
                        .map(durable -> {
                            reached = sequence;
                            return null;
                        });
    }

    private Future<?> acknowledge(Followed next) {
        if (reached == next.position()) {
            return Future.succeededFuture();
        }
        return AuditOperations.ACKNOWLEDGE
                .ask(bus, caller(), new Acknowledge(name, reached))
                .onSuccess(further -> failures = 0);
    }

    /** Of 0.2 to 25.6 s, each up to a quarter longer, so that those who failed together do not come back as one. */
    private Future<Void> pauseAfter(Throwable failure) {
        long millis = FIRST_PAUSE.toMillis() << Math.min(failures++, MOST_DOUBLINGS);
        long pause = millis + Math.floorMod(Objects.hash(this, failures), millis / 4);
        LOG.log(
                System.Logger.Level.WARNING,
                "Facts wait: subscription=" + name + " nextAttemptInMillis=" + pause,
                failure);
        return bus.pause(Duration.ofMillis(pause));
    }

    private Caller caller() {
        return Caller.system("subscription-" + name);
    }
}
