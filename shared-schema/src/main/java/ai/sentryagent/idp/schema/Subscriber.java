package ai.sentryagent.idp.schema;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A durable receiver of facts. Facts come in batches, at least once, mostly in order; the reply is the acknowledgement, and
 * without it the batch comes again.
 */
public enum Subscriber implements Worded {
    AUDIT,
    CREDENTIALS,
    TOKENS;

    private static final System.Logger LOG = System.getLogger(Subscriber.class.getName());
    private static final TypeReference<List<Fact>> FACTS = new TypeReference<>() {};
    private static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(4);

    /** The bus address at which this subscriber takes facts. */
    public String address() {
        return "facts." + word();
    }

    /** Sends facts; the future completes when the subscriber has acknowledged all of them. */
    public Future<Void> deliver(EventBus bus, List<Fact> facts) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(ACKNOWLEDGED_WITHIN.toMillis());
        return bus.request(address(), Wire.encode(facts), options).mapEmpty();
    }

    /**
     * Takes facts as this subscriber. A batch is acknowledged when the handler's future completes, so the handler must have
     * made its effect durable by then, and must be idempotent by {@link Fact#eventId}.
     */
    public Future<Void> serve(EventBus bus, Function<List<Fact>, Future<Void>> handler) {
        MessageConsumer<Buffer> consumer = bus.consumer(address());
        consumer.handler(message -> handle(message.body(), handler)
                .onSuccess(done -> message.reply(Buffer.buffer()))
                .onFailure(failure -> {
                    LOG.log(System.Logger.Level.WARNING, "Facts not acknowledged: subscriber=" + word(), failure);
                    message.fail(ErrorCode.SERVICE_UNAVAILABLE.number(), "not acknowledged");
                }));
        return consumer.completion();
    }

    private static Future<Void> handle(Buffer body, Function<List<Fact>, Future<Void>> handler) {
        try {
            return handler.apply(Wire.decode(body, FACTS));
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }
}
