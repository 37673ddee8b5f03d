package ai.sentryagent.idp.schema;

import static ai.sentryagent.idp.schema.BusDocument.BUS;
import static ai.sentryagent.idp.schema.BusDocument.elements;
import static ai.sentryagent.idp.schema.BusDocument.pointer;
import static ai.sentryagent.idp.schema.BusDocument.words;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every kind of fact and every subscriber of the code is in asyncapi.yaml as it is, and no other. */
final class FactsInDocumentTest {
    /** Where each kind of fact is described: a schema that narrows the envelope. */
    private static final Map<String, String> BY_TYPE = BUS.at("/components/schemas")
            .propertyStream()
            .filter(schema -> schema.getValue().has("x-subscribers"))
            .collect(Collectors.toMap(
                    schema -> schema.getValue().path("title").asText(),
                    schema -> "/components/schemas/" + schema.getKey()));

    static List<BusConstants<Event<?>>> events() {
        return BusConstants.EVENTS;
    }

    private static String kind(BusConstants<Event<?>> constant) {
        assertThat(BY_TYPE)
                .as("asyncapi.yaml on %s", constant)
                .containsKey(constant.value().type());
        return String.valueOf(BY_TYPE.get(constant.value().type()));
    }

    @Test
    void theDocumentHasTheKindsOfTheCodeAndNoOther() {
        List<String> types =
                events().stream().map(constant -> constant.value().type()).toList();
        assertThat(BY_TYPE.keySet()).isNotEmpty().containsExactlyInAnyOrderElementsOf(types);
        assertThat(words(BUS.at("/components/schemas/AuditAction/enum"))).containsExactlyInAnyOrderElementsOf(types);
    }

    @Test
    void theDocumentHasTheSubscribersAndHintsOfTheCodeAndNoOther() {
        assertThat(BUS.addresses("send"))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(
                                BusConstants.hinted(),
                                Arrays.stream(Subscriber.values()).map(Subscriber::address))
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("events")
    void aKindHasItsSubscribersAndItsData(BusConstants<Event<?>> constant) {
        JsonNode kind = BUS.at(kind(constant));
        assertThat(words(kind.path("x-subscribers")))
                .containsExactlyInAnyOrderElementsOf(constant.value().subscribers().stream()
                        .map(Subscriber::word)
                        .toList());
        assertThat(kind.path("x-told-by").asText())
                .isEqualTo(constant.owner().getPackageName().replaceFirst(".*\\.(\\w+)s$", "$1-service"));
        assertThat(pointer(kind.path("allOf").path(0))).isEqualTo("/components/schemas/Fact");
        JsonNode narrowed = kind.path("allOf").path(1).path("properties");
        assertThat(narrowed.path("type").path("const").asText())
                .isEqualTo(constant.value().type());
        assertThat(Shape.differences(
                        constant + ".data",
                        narrowed.path("data"),
                        constant.value().data()))
                .isEmpty();
    }

    @Test
    void theEnvelopeIsTheFact() {
        assertThat(Shape.differences("Fact", BUS.at("/components/schemas/Fact"), Fact.class))
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberIsToldWhatItIsOwed(Subscriber subscriber) {
        Set<String> owed = events().stream()
                .filter(constant -> constant.value().subscribers().contains(subscriber))
                .map(FactsInDocumentTest::kind)
                .collect(Collectors.toSet());
        assertThat(elements(batch(subscriber).path("items").path("oneOf")).map(BusDocument::pointer))
                .containsExactlyInAnyOrderElementsOf(owed);
    }

    @ParameterizedTest
    @EnumSource
    void aSubscriberHasItsBoundsAndItsReplies(Subscriber subscriber) {
        JsonNode operation = BUS.operationAt(subscriber.address());
        assertThat(Duration.parse(operation.path("x-timeout").asText())).isEqualTo(Subscriber.ACKNOWLEDGED_WITHIN);
        assertThat(batch(subscriber).path("maxItems").asInt()).isEqualTo(Subscriber.BATCH);
        assertThat(BUS.at("/info/description").asText()).contains("up to " + Subscriber.BATCH + " facts");
        assertThat(elements(operation.path("reply").path("messages")).map(BusDocument::nameOf))
                .containsExactly("Acknowledgement", "Failure");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void factsAsTheCodeWritesThemFitTheirKind(boolean full) {
        assertThat(events())
                .allSatisfy(constant -> assertThat(BUS.complaints(kind(constant), Wire.tree(fact(constant, full))))
                        .as(constant.toString())
                        .isEmpty());
    }

    @ParameterizedTest
    @EnumSource
    void aBatchOfAllThatASubscriberIsOwedFits(Subscriber subscriber) {
        List<Fact> facts = events().stream()
                .filter(constant -> constant.value().subscribers().contains(subscriber))
                .map(constant -> fact(constant, true))
                .toList();
        assertThat(BUS.complaints(batchPointer(subscriber), Wire.tree(facts))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aBatchWithAFactThatIsOwedToNobodyDoesNotFit(Subscriber subscriber) {
        Fact strange = new Event<>("agent.renamed", Outcome.class, Set.of(subscriber))
                .fact(Sample.ID, Sample.TIME, null, Outcome.SUCCESS, Caller.system("r"), Outcome.SUCCESS);
        assertThat(BUS.complaints(batchPointer(subscriber), Wire.tree(List.of(strange))))
                .isNotEmpty();
    }

    private static String batchPointer(Subscriber subscriber) {
        JsonNode operation = BUS.operationAt(subscriber.address());
        return "/components/messages/" + BUS.messageOf(operation) + "/payload";
    }

    private static JsonNode batch(Subscriber subscriber) {
        return BUS.at(batchPointer(subscriber));
    }

    private static Fact fact(BusConstants<Event<?>> constant, boolean full) {
        return fact(constant.value(), BUS.at(kind(constant)).at("/allOf/1/properties/data"), full);
    }

    private static <T> Fact fact(Event<T> event, JsonNode data, boolean full) {
        Sample sample = new Sample(full);
        Caller caller = (Caller) sample.of(Caller.class, BUS.at("/components/schemas/Caller"));
        T what = event.data().cast(sample.of(event.data(), data));
        return event.fact(Sample.ID, Sample.TIME, full ? Sample.ID : null, Outcome.SUCCESS, caller, what);
    }
}
