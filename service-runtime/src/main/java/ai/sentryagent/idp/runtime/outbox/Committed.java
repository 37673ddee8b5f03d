package ai.sentryagent.idp.runtime.outbox;

import io.vertx.core.Future;
import java.util.function.BiFunction;

/**
 * A change that is durable.
 *
 * @param everywhere whether every subscriber that acts on the change has acknowledged it; false when one did not within
 *     5 s and will hear of it later. The audit log is never waited for: the outbox row already is its proof.
 */
public record Committed<R>(R result, Future<Boolean> everywhere) {

    /** Waits until it is known everywhere, or for 5 s, and answers with the result and which of both it was. */
    public <T> Future<T> whenFelt(BiFunction<R, Boolean, T> answer) {
        return everywhere.map(felt -> answer.apply(result, felt));
    }
}
