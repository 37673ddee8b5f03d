package ai.sentryagent.idp.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** {@code asyncapi.yaml} as a tree. References in it are all local, and its schemas are JSON Schema draft 7. */
final class BusDocument {
    /** A name for the document within this process; nothing is fetched from it. */
    private static final String NAME = "https://agentidp.invalid/asyncapi.json";

    static final BusDocument BUS = new BusDocument();

    private final JsonNode root = load("/asyncapi.yaml");
    private final SchemaRegistry registry = SchemaRegistry.withDialect(Dialects.getDraft7(), builder -> builder.schemas(
                    Map.of(NAME, root.toString()))
            .schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));

    private BusDocument() {}

    static JsonNode load(String resource) {
        try (InputStream yaml = BusDocument.class.getResourceAsStream(resource)) {
            return new YAMLMapper().readTree(Objects.requireNonNull(yaml, resource));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What stands at the pointer, references followed. */
    JsonNode at(String pointer) {
        return follow(root.at(pointer));
    }

    /** What a node really is, when it is a reference. */
    JsonNode follow(JsonNode node) {
        return node.path("$ref").isTextual() ? at(pointer(node)) : node;
    }

    /** Where a reference leads. */
    static String pointer(JsonNode reference) {
        return reference.path("$ref").textValue().substring(1);
    }

    /** The last step of a reference, which is a name. */
    static String nameOf(JsonNode reference) {
        return pointer(reference).replaceFirst(".*/", "");
    }

    /** Where AgentIdP does something: {@code receive} for questions, {@code send} for facts. */
    List<String> addresses(String action) {
        return operations()
                .filter(operation -> operation.path("action").asText().equals(action))
                .map(this::addressOf)
                .toList();
    }

    /** What AgentIdP does at the address. */
    JsonNode operationAt(String address) {
        return operations()
                .filter(operation -> addressOf(operation).equals(address))
                .findFirst()
                .orElseThrow(() -> new AssertionError("asyncapi.yaml has no operation at " + address));
    }

    private Stream<JsonNode> operations() {
        return elements(at("/operations"));
    }

    private String addressOf(JsonNode operation) {
        return follow(operation.path("channel")).path("address").asText();
    }

    /** The name of the one message of an operation, or of the answer of its reply. */
    String messageOf(JsonNode operation) {
        return follow(operation.path("messages").path(0)).path("name").asText();
    }

    /** What does not fit the schema at the pointer; nothing when the value is as the document says. */
    List<String> complaints(String schemaPointer, JsonNode value) {
        Schema schema = registry.getSchema(SchemaLocation.of(NAME + "#" + schemaPointer));
        return schema.validate(value).stream().map(Object::toString).toList();
    }

    static Stream<JsonNode> elements(JsonNode node) {
        return node.valueStream();
    }

    static List<String> words(JsonNode array) {
        return elements(array).map(JsonNode::asText).toList();
    }
}
