package ai.sentryagent.idp.schema;

import static ai.sentryagent.idp.schema.BusDocument.BUS;
import static ai.sentryagent.idp.schema.BusDocument.elements;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ai.sentryagent.idp.schema.agents.AgentAnswer;
import ai.sentryagent.idp.schema.agents.AgentId;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.schema.credentials.FailedAuthentication;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.ReplyException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes over a bus is what asyncapi.yaml says, seen by somebody without the library. */
final class BusWireTest {
    private static final Caller CALLER = new Caller(Sample.ID, Set.of("agents:read"), "r-1", "203.0.113.7", null);
    private static final DeliveryOptions WITH_CALLER = new DeliveryOptions().addHeader("caller", Wire.text(CALLER));
    private static final Buffer QUESTION = Wire.encode(new AgentId(Sample.ID));
    private static final List<Fact> FACTS =
            List.of(new Event<>("auth.failed", FailedAuthentication.class, Set.of(Subscriber.AUDIT))
                    .fact(
                            Sample.ID,
                            Sample.TIME,
                            null,
                            Outcome.FAILURE,
                            CALLER,
                            new FailedAuthentication("malformed", "unknown_client")));

    private static final AgentAnswer ANSWER =
            (AgentAnswer) new Sample(true).of(AgentAnswer.class, BUS.at("/components/schemas/AgentAnswer"));

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Bus.on(vertx);
    private final KeptLog log = new KeptLog(Operation.class, Subscriber.class);

    @AfterEach
    void close() throws TimeoutException {
        log.close();
        soon(vertx.close());
    }

    @Test
    void everyErrorCodeHasItsNumberInTheDocument() {
        assertThat(elements(BUS.at("/components/schemas/ErrorNumber/oneOf"))
                        .map(code ->
                                code.path("const") + " " + code.path("title").asText()))
                .containsExactlyElementsOf(Arrays.stream(ErrorCode.values())
                        .map(code -> code.number() + " " + code.name())
                        .toList());
    }

    @Test
    void aQuestionCarriesItsCallerAsJsonText() throws TimeoutException {
        Promise<JsonNode> seen = Promise.promise();
        vertx.eventBus()
                .<Buffer>consumer(
                        AgentOperations.GET.address(),
                        message -> seen.complete(Wire.parse(message.headers().get("caller"), JsonNode.class)));

        Future<AgentAnswer> unanswered = AgentOperations.GET.ask(bus, CALLER, new AgentId(Sample.ID));
        JsonNode header = soon(seen.future());

        assertThat(unanswered.isComplete()).isFalse();
        assertThat(BUS.complaints("/components/schemas/Caller", header)).isEmpty();
        assertThat(Wire.fromTree(header, Caller.class)).isEqualTo(CALLER);
    }

    @Test
    void aRefusalIsANumberAndAJsonText() throws TimeoutException {
        serving(Future.failedFuture(
                new ServiceException(ErrorCode.FORBIDDEN, "No", Map.of("requiredScope", "agents:write"))));

        assertRefusal(
                refusalOf(AgentOperations.GET.address(), QUESTION, WITH_CALLER),
                "{\"message\":\"No\",\"details\":{\"requiredScope\":\"agents:write\"}}",
                ErrorCode.FORBIDDEN);
    }

    @Test
    void aBugIsAnInternalErrorThatTellsNothing() throws TimeoutException {
        serving(Future.failedFuture(new IllegalStateException("SELECT secret FROM credentials")));

        assertRefusal(
                refusalOf(AgentOperations.GET.address(), QUESTION, WITH_CALLER),
                "{\"message\":\"An unexpected error occurred\",\"details\":{}}",
                ErrorCode.INTERNAL_SERVER_ERROR);
        assertThat(log.lines).singleElement().asString().contains("address=agents.get", "\"requestId\":\"r-1\"");
    }

    @Test
    void whatAProcessThatStopsCallsOffIsNoBug() throws TimeoutException {
        serving(Future.failedFuture(new CancellationException()));

        assertThat(refusalOf(AgentOperations.GET.address(), QUESTION, WITH_CALLER)
                        .failureCode())
                .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE.number());
        assertThat(log.lines).isEmpty();
    }

    @Test
    void anErrorIsAnsweredAsWellAndWhoeverStopsIsNotKept() throws TimeoutException {
        soon(AgentOperations.GET.serve(bus, (caller, question) -> {
            throw new StackOverflowError();
        }));

        assertRefusal(
                refusalOf(AgentOperations.GET.address(), QUESTION, WITH_CALLER),
                "{\"message\":\"An unexpected error occurred\",\"details\":{}}",
                ErrorCode.INTERNAL_SERVER_ERROR);
        soon(bus.close());
    }

    @Test
    void aQuestionThatCannotBeReadIsAnsweredAtOnceAndNotByATimeout() throws TimeoutException {
        serving(Future.failedFuture(new ServiceException(ErrorCode.AGENT_NOT_FOUND, "It was read")));
        String address = AgentOperations.GET.address();

        List<ReplyException> refusals = List.of(
                refusalOf(address, QUESTION, new DeliveryOptions()),
                refusalOf(address, QUESTION, new DeliveryOptions().addHeader("caller", "nobody")),
                refusalOf(address, Buffer.buffer("no JSON"), WITH_CALLER),
                refusalOf(address, "no buffer", WITH_CALLER));

        assertThat(refusals)
                .extracting(ReplyException::failureCode)
                .containsOnly(ErrorCode.INTERNAL_SERVER_ERROR.number());
        assertThat(log.lines).hasSize(4);
    }

    @Test
    void anAnswerThatCannotBeReadIsAnInternalErrorOfWhichTheLogKnowsMore() throws TimeoutException {
        vertx.eventBus().consumer(AgentOperations.GET.address(), message -> message.reply(Buffer.buffer("no JSON")));
        vertx.eventBus().consumer(AgentOperations.LIST.address(), message -> message.fail(1, "no words of ours"));

        assertThat(List.of(
                        failure(AgentOperations.GET.ask(bus, CALLER, new AgentId(Sample.ID))),
                        failure(AgentOperations.LIST.ask(bus, CALLER, (ListAgents)
                                new Sample(true).of(ListAgents.class, BUS.at("/components/schemas/ListAgents"))))))
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOfSatisfying(ServiceException.class, seen -> assertThat(seen.code())
                                .isEqualTo(ErrorCode.INTERNAL_SERVER_ERROR))
                        .hasMessage("An unexpected error occurred"));
        assertThat(log.lines).hasSize(2).allSatisfy(line -> assertThat(line.toString())
                .contains("Operation failed", "\"requestId\":\"r-1\""));
    }

    private static Throwable failure(Future<?> asked) throws TimeoutException {
        soon(asked.otherwiseEmpty());
        return asked.cause();
    }

    @Test
    void factsComeAsABatchAndAnEmptyReplyAcknowledgesThem() throws TimeoutException {
        Promise<JsonNode> seen = Promise.promise();
        vertx.eventBus().consumer(Subscriber.AUDIT.address(), message -> {
            seen.complete(overTheWire(Content.in(message)));
            message.reply(Buffer.buffer());
        });

        soon(Subscriber.AUDIT.deliver(bus, FACTS));

        assertThat(BUS.complaints("/components/messages/FactsForAudit/payload", soon(seen.future())))
                .isEmpty();
    }

    @Test
    void whoeverAsksInPlainJsonIsAnsweredInPlainJson() throws TimeoutException {
        serving(Future.succeededFuture(ANSWER));

        Buffer reply = soon(vertx.eventBus().<Buffer>request(AgentOperations.GET.address(), QUESTION, WITH_CALLER))
                .body();

        assertThat(reply).isEqualTo(Wire.encode(ANSWER));
    }

    @Test
    void withinAProcessTheRecordItselfIsAnswered() throws TimeoutException {
        serving(Future.succeededFuture(ANSWER));

        assertThat(soon(AgentOperations.GET.ask(bus, CALLER, new AgentId(Sample.ID))))
                .isSameAs(ANSWER);
    }

    @Test
    void aSubscriberAcknowledgesWithAnEmptyReply() throws TimeoutException {
        soon(Subscriber.AUDIT.serve(bus, facts -> Future.succeededFuture()));

        Buffer reply = soon(vertx.eventBus().<Buffer>request(Subscriber.AUDIT.address(), Wire.encode(FACTS)))
                .body();

        assertThat(BUS.complaints("/components/messages/Acknowledgement/payload", Wire.tree(reply.toString())))
                .isEmpty();
    }

    @Test
    void factsThatCannotBeDigestedAreRefusedInTheSameForm() throws TimeoutException {
        soon(Subscriber.AUDIT.serve(bus, facts -> Future.failedFuture("The database is away")));

        assertRefusal(
                refusalOf(Subscriber.AUDIT.address(), Wire.encode(FACTS), new DeliveryOptions()),
                "{\"message\":\"The facts were not acknowledged\",\"details\":{}}",
                ErrorCode.SERVICE_UNAVAILABLE);
        assertThat(log.lines).singleElement().asString().contains("subscriber=audit");
    }

    /** What is left of it on the other side of a socket, and nothing else of the message's. */
    private static JsonNode overTheWire(Content content) {
        Content.Codec codec = new Content.Codec();
        Buffer wire = Buffer.buffer("before");
        codec.encodeToWire(wire, content);
        return codec.decodeFromWire("before".length(), wire.appendString("after"))
                .read(json -> Wire.decode(json, JsonNode.class));
    }

    private void serving(Future<AgentAnswer> answer) throws TimeoutException {
        soon(AgentOperations.GET.serve(bus, (caller, question) -> answer));
    }

    private ReplyException refusalOf(String address, Object body, DeliveryOptions options) {
        return catchThrowableOfType(
                ReplyException.class, () -> soon(vertx.eventBus().request(address, body, options)));
    }

    private static void assertRefusal(ReplyException refusal, String text, ErrorCode code) {
        JsonNode seen = Wire.tree(Map.of(
                "failureType", refusal.failureType().name(),
                "failureCode", refusal.failureCode(),
                "message", refusal.getMessage()));
        assertThat(refusal.failureCode()).isEqualTo(code.number());
        assertThat(refusal.getMessage()).isEqualTo(text);
        assertThat(BUS.complaints("/components/messages/Failure/payload", seen)).isEmpty();
        assertThat(BUS.complaints("/components/schemas/FailureText", Wire.parse(text, JsonNode.class)))
                .isEmpty();
    }

    private static <T> T soon(Future<T> future) throws TimeoutException {
        return future.await(20, TimeUnit.SECONDS);
    }
}
