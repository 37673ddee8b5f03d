package ai.sentryagent.idp.schema;

import ai.sentryagent.idp.schema.audit.Follow;
import ai.sentryagent.idp.schema.audit.Follow.From;
import ai.sentryagent.idp.schema.audit.Followed.Gap;
import io.vertx.core.Future;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer of an installation hears, under a name of its own that outlives it: everything that enters the audit log
 * from the first {@link #start} on, each fact at least once, in the order of the log. A fact is handled when the one before
 * it has been, and acknowledged when its own effect is durable; so whoever starts under the name goes on where it stopped.
 *
 * <p>What fails, or is not done after 30 s, is tried again, in longer and longer pauses up to half a minute, and nothing
 * after it is handled before.
 * The same fact may come again, so an effect must be idempotent by {@link Fact#eventId}. Of several that run under one name
 * each handles what comes next, until one has acknowledged it: another stands by, and does not share the work.
 *
 * <pre>{@code
 * Subscription.of("billing", new FactHandlers().on(TokenEvents.ISSUED, this::charge)).start(Bus.on(vertx));
 * }</pre>
 *
 * <p>Belongs to the event loop that starts it.
 */
public final class Subscription {
    private final String name;
    private final Function<Fact, Future<Void>> handler;
    private From from = From.END;
    private Function<Gap, Future<Void>> overGaps = Subscription::refuse;
    private @Nullable Follower follower;

    private Subscription(String name, Function<Fact, Future<Void>> handler) {
        if (!Follow.NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("A subscription is called " + Follow.NAME + ", and not " + name);
        }
        this.name = name;
        this.handler = handler;
    }

    /** Hears facts of the kinds that have a handler. The name matches {@link Follow#NAME}. */
    public static Subscription of(String name, FactHandlers handlers) {
        return new Subscription(name, handlers::handleOrPass);
    }

    /** Hears facts of all kinds. The future completes when the effect is durable; the same fact may come again. */
    public static Subscription of(String name, Function<Fact, Future<Void>> handler) {
        return new Subscription(name, handler);
    }

    /** Begins, when the name is new, with the first fact that the log still holds rather than with what is to come. */
    public Subscription fromBeginning() {
        from = From.BEGINNING;
        return this;
    }

    /**
     * What to do about facts that the log does not hold any more, when this subscription has stood still for longer than the
     * log keeps them. When the future completes it goes on behind them. Without this it stays where it is, and warns.
     */
    public Subscription overGaps(Function<Gap, Future<Void>> decision) {
        overGaps = decision;
        return this;
    }

    /**
     * Begins to read, once. Waits for audit-service for as long as it takes.
     *
     * @return completes when the name is known there, so that from now on nothing is missed
     */
    public Future<Void> start(Bus bus) {
        Follower started = new Follower(bus, name, from, handler, overGaps);
        follower = started;
        return started.start();
    }

    /**
     * Ends the reading, not the subscription; completes when the fact under way has been handled and acknowledged, or after
     * 10 s.
     */
    public Future<Void> close() {
        Follower running = follower;
        return running == null ? Future.succeededFuture() : running.close();
    }

    private static Future<Void> refuse(Gap gone) {
        return Future.failedFuture(new IllegalStateException(
                "The log does not hold the facts " + gone.first() + " to " + gone.last() + " any more"));
    }
}
