package ai.sentryagent.idp.schema;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A kind of fact, and who is owed it: a fact stays in its owner's outbox until each of these subscribers has acknowledged it.
 *
 * @param type the fact's name on the bus and the action's name in the audit log
 * @param data what a fact of this kind says
 * @param subscribers everyone who must hear of it
 */
public record Event<T>(String type, Class<T> data, Set<Subscriber> subscribers) {

    /** A fact of this kind. {@code timestamp} is cut to milliseconds, which is what the log keeps. */
    public Fact fact(UUID eventId, Instant timestamp, @Nullable UUID agentId, Outcome outcome, Caller caller, T what) {
        return new Fact(
                eventId,
                type,
                agentId,
                outcome,
                Instant.ofEpochMilli(timestamp.toEpochMilli()),
                caller.requestId(),
                caller.agentId(),
                caller.ipAddress(),
                caller.userAgent(),
                Wire.tree(what));
    }

    /** What a fact of this kind says. */
    public T dataOf(Fact fact) {
        return Wire.fromTree(fact.data(), data);
    }
}
