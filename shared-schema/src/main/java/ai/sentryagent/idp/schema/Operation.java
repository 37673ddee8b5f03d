package ai.sentryagent.idp.schema;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A question that can be asked on the bus: where, with what, for what answer, and how long to wait.
 *
 * <p>Failures of {@link #ask} are always a {@link ServiceException}: the answering service's own code, or {@link
 * ErrorCode#SERVICE_UNAVAILABLE} when nobody answered in time. Besides the codes that an operation's constant
 * names, any operation can fail with that one and with {@link ErrorCode#INTERNAL_SERVER_ERROR}.
 *
 * @param address the bus address, {@code owner.verb}
 * @param request the type of the question
 * @param answer the type of the answer
 * @param timeout how long the asker waits where somebody may have taken the question; where nobody takes it, pauses come on
 *     top, up to 2 s an attempt
 * @param repeat whether a question that was not answered in time may be asked once more
 */
public record Operation<Q, R>(String address, Class<Q> request, Class<R> answer, Duration timeout, Repeat repeat) {
    private static final System.Logger LOG = System.getLogger(Operation.class.getName());
    private static final String CALLER = "caller";

    /**
     * Asks any one of the instances that serve this operation. Where nobody takes the question it is asked again for a
     * while; where somebody may have taken it, once more if that does no harm ({@link Repeat}).
     */
    public Future<R> ask(Bus bus, Caller caller, Q question) {
        String asker = Wire.text(caller);
        return new Attempts(bus, address, timeout, repeat)
                .deliver(Content.of(question), CALLER, asker)
                .map(reply -> Content.in(reply).read(json -> Wire.decode(json, answer)))
                .recover(failure -> Future.failedFuture(
                        failure instanceof ReplyException reply ? ServiceException.ofReply(reply, address) : failure))
                .recover(failure -> Future.failedFuture(expected(failure, asker)));
    }

    /**
     * Answers this operation's questions with {@code work}. A {@link ServiceException} reaches the asker as it is; anything
     * else is a bug, logged here once with its caller and seen by the asker as {@code INTERNAL_SERVER_ERROR}.
     *
     * @param work answers a question on behalf of its caller; must not block
     * @return completes when every node of the cluster knows of this consumer
     */
    public Future<Void> serve(Bus bus, BiFunction<Caller, Q, Future<R>> work) {
        return bus.consume(address, message -> answerTo(message, work)
                .onSuccess(given -> Content.reply(message, given))
                .onFailure(failure -> {
                    ServiceException answer =
                            expected(failure, message.headers().get(CALLER));
                    message.fail(answer.code().number(), answer.wording());
                })
                .<Void>mapEmpty()
                .otherwiseEmpty());
    }

    private Future<R> answerTo(Message<Object> message, BiFunction<Caller, Q, Future<R>> work) {
        try {
            String caller = Objects.requireNonNull(message.headers().get(CALLER), "A question without a caller");
            Q question = Content.in(message).read(json -> Wire.decode(json, request));
            return work.apply(Wire.parse(caller, Caller.class), question);
        } catch (Throwable e) { // an Error, too, or whoever asked would wait, and whoever stops
            return Future.failedFuture(e);
        }
    }

    private ServiceException expected(Throwable failure, @Nullable String caller) {
        if (failure instanceof ServiceException expected) {
            return expected;
        }
        if (failure instanceof CancellationException) { // of a process that stops, here or there
            return new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Nobody waits for " + address + " any more");
        }
        LOG.log(System.Logger.Level.ERROR, "Operation failed: address=" + address + " caller=" + caller, failure);
        return new ServiceException(ErrorCode.INTERNAL_SERVER_ERROR, "An unexpected error occurred");
    }
}
