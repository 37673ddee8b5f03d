package ai.sentryagent.idp.schema;

import io.vertx.core.Future;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import java.time.Duration;

/**
 * How often one question is sent. Where nobody takes it, it has done nothing and may be sent again: a service that is being
 * replaced is back soon. Where somebody may have taken it, only an idempotent one is sent again, once.
 *
 * @param timeout for all attempts together; the pauses where nobody takes the question come on top
 */
record Attempts(Bus bus, String address, Duration timeout, Repeat repeat) {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final int MOST_PAUSES = 5;

    /** The first attempt's share of the time; an instance that lives and lacks nothing answers well within it. */
    private static final int FIRST_SHARE = 4;

    Future<Message<Object>> deliver(Content question, String header, String value) {
        Duration first = repeat == Repeat.IDEMPOTENT ? timeout.dividedBy(FIRST_SHARE) : timeout;
        return untilTaken(question, options(header, value, first), 0)
                .recover(failure -> failed(failure, ReplyFailure.TIMEOUT) && repeat == Repeat.IDEMPOTENT
                        ? untilTaken(question, options(header, value, timeout.minus(first)), 0)
                        : Future.failedFuture(failure));
    }

    /** Pauses of 50 to 800 ms, 1.5 s in all, each up to a quarter longer, so that a crowd does not come back as one. */
    private Future<Message<Object>> untilTaken(Content question, DeliveryOptions options, int pauses) {
        return bus.request(address, question, options)
                .recover(failure -> failed(failure, ReplyFailure.NO_HANDLERS) && pauses < MOST_PAUSES
                        ? bus.pause(pause(options, pauses)).compose(over -> untilTaken(question, options, pauses + 1))
                        : Future.failedFuture(failure));
    }

    private static Duration pause(DeliveryOptions options, int pauses) {
        Duration pause = FIRST_PAUSE.multipliedBy(1L << pauses);
        return pause.plusMillis(Math.floorMod(options.getHeaders().hashCode(), pause.toMillis() / 4));
    }

    private static boolean failed(Throwable failure, ReplyFailure how) {
        return failure instanceof ReplyException reply && reply.failureType() == how;
    }

    private static DeliveryOptions options(String header, String value, Duration patience) {
        return new DeliveryOptions().setSendTimeout(patience.toMillis()).addHeader(header, value);
    }
}
