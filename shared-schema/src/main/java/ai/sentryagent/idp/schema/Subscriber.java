package ai.sentryagent.idp.schema;

import com.fasterxml.jackson.core.type.TypeReference;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A service that is owed facts. Facts come in batches, at least once, mostly in order; the reply is the acknowledgement, and
 * without it the batch comes again.
 *
 * <p>These are AgentIdP's own services, which must act on a fact. To serve an address that has its receiver already is to take
 * facts away from it; an installation's own consumers hear them by a {@link Subscription}.
 */
public enum Subscriber implements Worded {
    /** audit-service, which writes every fact to the log. */
    AUDIT,
    /** credential-service, which keeps a copy of what it must know of each agent. */
    CREDENTIALS,
    /** token-service, which makes tokens dead. */
    TOKENS;

    /** How many facts a batch may hold. */
    public static final int BATCH = 200;

    /** How long the sender waits for the acknowledgement of a batch. */
    public static final Duration ACKNOWLEDGED_WITHIN = Duration.ofSeconds(4);

    private static final System.Logger LOG = System.getLogger(Subscriber.class.getName());
    private static final TypeReference<List<Fact>> FACTS = new TypeReference<>() {};

    /** The bus address at which this subscriber takes facts. */
    public String address() {
        return "facts." + word();
    }

    /** Sends at most {@link #BATCH} facts; the future completes when the subscriber has acknowledged all of them. */
    public Future<Void> deliver(Bus bus, List<Fact> facts) {
        DeliveryOptions options = new DeliveryOptions().setSendTimeout(ACKNOWLEDGED_WITHIN.toMillis());
        return bus.request(address(), Content.of(facts), options).mapEmpty();
    }

    /**
     * Takes facts as this subscriber. A batch is acknowledged when the handler's future completes, so the handler must have
     * made its effect durable by then, within {@link #ACKNOWLEDGED_WITHIN}, and must be idempotent by {@link Fact#eventId}.
     *
     * @param handler what to do with a batch, for instance {@link FactHandlers}
     * @return completes when every node of the cluster knows of this consumer
     */
    public Future<Void> serve(Bus bus, Function<List<Fact>, Future<Void>> handler) {
        return bus.consume(address(), message -> handle(message, handler)
                .onSuccess(done -> message.reply(Buffer.buffer()))
                .onFailure(failure -> {
                    LOG.log(System.Logger.Level.WARNING, "Facts not acknowledged: subscriber=" + word(), failure);
                    ServiceException answer =
                            new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "The facts were not acknowledged");
                    message.fail(answer.code().number(), answer.wording());
                })
                .otherwiseEmpty());
    }

    private static Future<Void> handle(Message<Object> message, Function<List<Fact>, Future<Void>> handler) {
        try {
            return handler.apply(Content.in(message).read(json -> Wire.decode(json, FACTS)));
        } catch (Throwable e) { // an Error, too, or the facts would wait, and whoever stops
            return Future.failedFuture(e);
        }
    }
}
