package ai.sentryagent.idp.schema;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Somebody's place on the event bus: from here questions are asked, and here they are answered until {@link #close}.
 * Everything that goes over the bus goes through {@link Operation}, {@link Subscriber} or {@link Hint}.
 */
public final class Bus {
    private final Vertx vertx;
    private final List<MessageConsumer<Object>> consumers = new CopyOnWriteArrayList<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Promise<Void> idle = Promise.promise();
    private volatile boolean closed;

    private Bus(Vertx vertx) {
        this.vertx = vertx;
    }

    /** A new place, with no consumers yet. */
    public static Bus on(Vertx vertx) {
        Content.register(vertx.eventBus());
        return new Bus(vertx);
    }

    /** Takes no more messages; completes when each one that was taken has been answered. */
    public Future<Void> close() {
        return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
                .otherwiseEmpty()
                .compose(gone -> {
                    closed = true; // not before: idle is for good only when nothing more can come
                    return underWay.get() == 0 ? Future.succeededFuture() : idle.future();
                });
    }

    Future<Message<Object>> request(String address, Content body, DeliveryOptions options) {
        return vertx.eventBus().request(address, body, Content.sent(options));
    }

    void publish(String address, Buffer body) {
        vertx.eventBus().publish(address, body);
    }

    /** Of the event loop that calls. */
    Context context() {
        return vertx.getOrCreateContext();
    }

    /** What becomes of an effect: whatever thread completes it, who listens here hears of it on that event loop. */
    static <T> Future<T> heardOn(Context context, Future<T> effect) {
        Promise<T> heard = Promise.promise();
        effect.onComplete(done -> context.runOnContext(here -> heard.handle(done)));
        return heard.future();
    }

    Future<Void> pause(Duration time) {
        return vertx.timer(time.toMillis());
    }

    /**
     * Hands each message to {@code work}, whose future says when it has been dealt with and never fails.
     *
     * @return completes when every node of the cluster knows of this consumer
     */
    Future<Void> consume(String address, Function<Message<Object>, Future<Void>> work) {
        MessageConsumer<Object> consumer = vertx.eventBus().consumer(address);
        consumers.add(consumer);
        consumer.handler(message -> {
            underWay.incrementAndGet();
            work.apply(message).onComplete(done -> {
                if (underWay.decrementAndGet() == 0 && closed) {
                    idle.tryComplete();
                }
            });
        });
        return consumer.completion();
    }
}
