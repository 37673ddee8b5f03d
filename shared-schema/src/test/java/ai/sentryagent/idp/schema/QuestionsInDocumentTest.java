package ai.sentryagent.idp.schema;

import static ai.sentryagent.idp.schema.BusDocument.BUS;
import static ai.sentryagent.idp.schema.BusDocument.nameOf;
import static ai.sentryagent.idp.schema.BusDocument.words;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operation of the code is in asyncapi.yaml as it is, and no other. */
final class QuestionsInDocumentTest {
    private static final Pattern FAILS_WITH = Pattern.compile("Fails with ([A-Z_,\\s]+)\\.");

    static List<BusConstants<Operation<?, ?>>> operations() {
        return BusConstants.OPERATIONS;
    }

    private static JsonNode documented(BusConstants<Operation<?, ?>> constant) {
        return BUS.operationAt(constant.value().address());
    }

    @Test
    void theDocumentHasTheAddressesOfTheCodeAndNoOther() {
        assertThat(BUS.addresses("receive"))
                .isNotEmpty()
                .containsExactlyInAnyOrderElementsOf(operations().stream()
                        .map(constant -> constant.value().address())
                        .toList());
    }

    @Test
    void everyChannelIsAskedAtOrToldOrHintedAtOrForReplies() {
        Stream<String> used = Stream.concat(
                BUS.addresses("receive").stream(),
                Arrays.stream(Subscriber.values()).map(Subscriber::address));
        Stream<String> others = Stream.concat(BusConstants.hinted(), Stream.of("replies"));
        assertThat(BUS.at("/channels").propertyStream().map(Map.Entry::getKey))
                .containsExactlyInAnyOrderElementsOf(Stream.concat(used, others).toList());
    }

    @Test
    void aChannelIsCalledByItsAddressAndRepliesHaveNone() {
        assertThat(BUS.at("/channels").properties()).allSatisfy(channel -> assertThat(
                        channel.getValue().path("address").asText("none"))
                .isEqualTo(channel.getKey().equals("replies") ? "none" : channel.getKey()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationHasItsTimeout(BusConstants<Operation<?, ?>> constant) {
        assertThat(documented(constant).path("x-timeout").asText()).satisfies(text -> assertThat(Duration.parse(text))
                .isEqualTo(constant.value().timeout()));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationSaysWhetherItMayBeAskedOnceMore(BusConstants<Operation<?, ?>> constant) {
        JsonNode idempotent = documented(constant).path("x-idempotent");
        assertThat(idempotent.isBoolean()).isTrue();
        assertThat(idempotent.asBoolean()).isEqualTo(constant.value().repeat() == Repeat.IDEMPOTENT);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationHasItsQuestionAndItsAnswer(BusConstants<Operation<?, ?>> constant) {
        JsonNode operation = documented(constant);
        assertThat(BUS.messageOf(operation)).isEqualTo(nameIn(constant.value().request()));
        assertThat(operation.path("messages")).hasSize(1);
        assertThat(BUS.messageOf(operation.path("reply")))
                .isEqualTo(nameIn(constant.value().answer()));
        assertThat(operation.path("reply").path("messages")).hasSize(2);
        assertThat(nameOf(operation.path("reply").path("messages").path(1))).isEqualTo("Failure");
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOperationCarriesTheCaller(BusConstants<Operation<?, ?>> constant) {
        JsonNode question = BUS.follow(documented(constant).path("messages").path(0));
        assertThat(BUS.follow(question.path("traits").path(0)).path("headers").path("required"))
                .as(constant.toString())
                .isEqualTo(Wire.tree(List.of("caller")));
    }

    /** The codes stand in the constant's Javadoc only, so the source is read. */
    @ParameterizedTest
    @MethodSource("operations")
    void anOperationFailsWithWhatItsJavadocSays(BusConstants<Operation<?, ?>> constant) throws IOException {
        List<String> documented = words(documented(constant).path("x-fails-with"));
        assertThat(documented).containsExactlyElementsOf(failuresInJavadoc(constant));
        assertThat(Arrays.stream(ErrorCode.values()).map(Enum::name)).containsAll(documented);
    }

    private static List<String> failuresInJavadoc(BusConstants<?> constant) throws IOException {
        Path file = Path.of("src/main/java", constant.owner().getName().replace('.', '/') + ".java");
        String source = Files.readString(file);
        String declared = source.substring(0, source.indexOf(" " + constant.name() + " ="));
        String ownPart = declared.substring(declared.lastIndexOf(';') + 1);
        Matcher failures = FAILS_WITH.matcher(ownPart.replaceAll("\\s+\\*?\\s*", " "));
        return failures.find() ? List.of(failures.group(1).split(", ")) : List.of();
    }

    /** A record's name within its package. */
    static String nameIn(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }
}
