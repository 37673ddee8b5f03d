package ai.sentryagent.idp.schema;

import static ai.sentryagent.idp.schema.BusDocument.BUS;
import static ai.sentryagent.idp.schema.BusDocument.elements;
import static ai.sentryagent.idp.schema.QuestionsInDocumentTest.nameIn;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.audit.Follow;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schemas of asyncapi.yaml and what the code writes are one. */
final class BodiesInDocumentTest {
    /** Of every question and every answer, what it is. */
    static Stream<Class<?>> bodies() {
        return BusConstants.OPERATIONS.stream()
                .map(BusConstants::value)
                .<Class<?>>flatMap(operation -> Stream.of(operation.request(), operation.answer()))
                .distinct();
    }

    private static String message(Class<?> body) {
        return "/components/messages/" + nameIn(body).replace(".", "");
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void aBodyHasTheMembersOfItsRecord(Class<?> body) {
        assertThat(Shape.differences(nameIn(body), BUS.at(message(body) + "/payload"), body))
                .isEmpty();
    }

    @Test
    void theCallerHasTheMembersOfItsRecord() {
        assertThat(Shape.differences("Caller", BUS.at("/components/schemas/Caller"), Caller.class))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void whatTheCodeWritesFits(Class<?> body) {
        JsonNode schema = BUS.at(message(body) + "/payload");
        assertThat(List.of(true, false)).allSatisfy(full -> {
            JsonNode written = Wire.tree(new Sample(full).of(body, schema));
            assertThat(BUS.complaints(message(body) + "/payload", written))
                    .as(written.toString())
                    .isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void theCodeReadsTheExampleAndWritesItAgain(Class<?> body) {
        JsonNode example = BUS.at(message(body) + "/examples/0/payload");
        assertThat(BUS.complaints(message(body) + "/payload", example)).isEmpty();
        assertThat(Wire.tree(Wire.fromTree(example, body)).toString())
                .as("members in the order of the record")
                .isEqualTo(example.toString());
    }

    @Test
    void aQuestionOfAFollowerHasItsBounds() {
        JsonNode schemas = BUS.at("/components/schemas");
        assertThat(schemas.at("/SubscriptionName/pattern").asText()).isEqualTo("^" + Follow.NAME + "$");
        assertThat(schemas.at("/Follow/properties/limit/maximum").asInt()).isEqualTo(Follow.MOST);
        assertThat(schemas.at("/Followed/properties/facts/maxItems").asInt()).isEqualTo(Follow.MOST);
    }

    @Test
    void everyExampleFitsAndEveryMessageIsSomebodys() {
        List<String> names = new ArrayList<>(List.of("Acknowledgement", "Failure", "Hint"));
        bodies().map(body -> nameIn(body)).forEach(names::add);
        for (Subscriber subscriber : Subscriber.values()) {
            String id = subscriber.word();
            names.add("FactsFor" + id.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + id.substring(1));
        }
        assertThat(BUS.at("/components/messages").valueStream().map(message -> message.path("name")
                        .asText()))
                .containsExactlyInAnyOrderElementsOf(names);
        BUS.at("/components/messages").propertyStream().forEach(message -> elements(
                        message.getValue().path("examples"))
                .forEach(example -> assertThat(BUS.complaints(
                                "/components/messages/" + message.getKey() + "/payload", example.path("payload")))
                        .as(message.getKey())
                        .isEmpty()));
    }

    /** The HTTP contract says null where the bus leaves out, so of objects only the members' names are compared. */
    @Test
    void aNameThatOpenApiUsesTooMeansTheSame() {
        JsonNode http = BusDocument.load("/openapi.yaml").at("/components/schemas");
        List<String> shared = BUS.at("/components/schemas")
                .propertyStream()
                .map(Map.Entry::getKey)
                .filter(http::has)
                .toList();
        assertThat(shared).hasSizeGreaterThan(25).allSatisfy(name -> assertThat(
                        meaning(BUS.at("/components/schemas/" + name)))
                .isEqualTo(meaning(http.path(name))));
    }

    private static Object meaning(JsonNode schema) {
        if (schema.has("properties")) {
            return names(schema.path("properties"));
        }
        Set<String> keywords = new TreeSet<>();
        schema.propertyStream()
                .filter(keyword -> !keyword.getKey().matches("description|examples|x-.*|not"))
                .forEach(keyword -> keywords.add(keyword.toString()));
        keywords.add("not " + schema.path("not").path("enum"));
        return keywords;
    }

    private static Set<String> names(JsonNode members) {
        return new TreeSet<>(members.propertyStream().map(Map.Entry::getKey).toList());
    }
}
