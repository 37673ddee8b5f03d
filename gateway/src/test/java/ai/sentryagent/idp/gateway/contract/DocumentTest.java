package ai.sentryagent.idp.gateway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;

/** What must be true of the whole document, whatever is added to it. */
class DocumentTest {
    private final OpenApiDocument document = OpenApiDocument.load();
    private final SchemaCompiler schemas = new SchemaCompiler(document);

    @Test
    void everyExampleOfABodyFitsItsSchema() {
        List<String> checked = new ArrayList<>();
        forEachObject("", (pointer, node) -> {
            if (node.has("schema") && node.has("examples")) {
                for (String name : names(node.get("examples"))) {
                    String example = pointer + "/examples" + OpenApiDocument.step(name);
                    assertFits(document.at(example).path("value"), pointer + "/schema", example);
                    checked.add(example);
                }
            }
        });
        assertThat(checked).hasSizeGreaterThan(60);
    }

    @Test
    void everyExampleOfAParameterOrHeaderFitsItsSchema() {
        List<String> checked = new ArrayList<>();
        forEachObject("", (pointer, node) -> {
            if (node.has("schema") && node.has("example")) {
                assertFits(node.get("example"), pointer + "/schema", pointer);
                checked.add(pointer);
            }
        });
        assertThat(checked).hasSizeGreaterThan(20);
    }

    /** A typo must not be silently dropped; but RFC 6749 §3.2 wants forms to be read so. */
    @Test
    void onlyFormsTakeUnknownMembers() {
        forEachObject("/paths", (pointer, node) -> {
            if (pointer.contains("/requestBody/content/") && node.has("schema")) {
                assertThat(document.at(pointer + "/schema")
                                .path("additionalProperties")
                                .asBoolean(true))
                        .as(pointer)
                        .isEqualTo(pointer.endsWith("form-urlencoded"));
            }
        });
    }

    @Test
    void everyAnswerCarriesTheRequestId() {
        forEachObject("/paths", (pointer, node) -> {
            if (pointer.matches(".*/responses/[0-9]{3}")) {
                assertThat(document.at(pointer).path("headers").has("X-Request-Id"))
                        .as(pointer)
                        .isTrue();
            }
        });
    }

    /** A pattern is tried on text of any length, so one that repeats a group without end could exhaust the stack. */
    @Test
    void noPatternRepeatsAGroupWithoutEnd() {
        forEachObject("", (pointer, node) -> {
            if (node.path("pattern").isTextual()) {
                assertThat(node.get("pattern").textValue()).as(pointer).doesNotContain(")*", ")+");
            }
        });
    }

    private void assertFits(JsonNode value, String schemaPointer, String what) {
        Complaints complaints = new Complaints();
        schemas.compile(schemaPointer).check(value, "", complaints);
        assertThat(complaints.refused().errors()).as(what).isEmpty();
    }

    private void forEachObject(String pointer, BiConsumer<String, JsonNode> visitor) {
        JsonNode node = document.root().at(pointer);
        if (node.isObject()) {
            visitor.accept(pointer, node);
        }
        if (pointer.endsWith("/value")) {
            return; // an example is data, whatever it looks like
        }
        for (Map.Entry<String, JsonNode> member : node.properties()) {
            forEachObject(pointer + OpenApiDocument.step(member.getKey()), visitor);
        }
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            forEachObject(pointer + "/" + i, visitor);
        }
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
