package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Holds one schema of the document against values and says in words what does not fit. */
final class SchemaCheck {
    /** Of a value that is too long, nothing else is worth saying. */
    private static final Comparator<Error> LENGTH_FIRST =
            Comparator.comparing(error -> !"maxLength".equals(error.getKeyword()));

    /** Of an array, as many items are looked at first. */
    private static final int LOOKED_AT = 200;

    private final Schema schema;
    private final OpenApiDocument document;

    SchemaCheck(Schema schema, OpenApiDocument document) {
        this.schema = schema;
        this.document = document;
    }

    /** @param field what the value itself is called; empty for a body */
    void check(JsonNode value, String field, Complaints complaints) {
        errors(value).stream().sorted(LENGTH_FIRST).forEach(error -> {
            JsonNode violated = document.schemaOf(error.getSchemaLocation());
            complaints.add(nameOf(error, field), Wording.of(error.getKeyword(), violated), codeOf(error, violated));
        });
    }

    /** Each item that does not fit costs as much as a small request, and nobody is told of thousands: the first are enough. */
    private List<Error> errors(JsonNode value) {
        if (value.isObject() && value.valueStream().anyMatch(SchemaCheck::isLong)) {
            List<Error> found = schema.validate(withShortArrays(value));
            if (!found.isEmpty()) {
                return found;
            }
        }
        return schema.validate(value);
    }

    private static JsonNode withShortArrays(JsonNode body) {
        ObjectNode looked = JsonNodeFactory.instance.objectNode();
        body.properties()
                .forEach(member -> looked.set(
                        member.getKey(), isLong(member.getValue()) ? beginning(member.getValue()) : member.getValue()));
        return looked;
    }

    private static boolean isLong(JsonNode value) {
        return value.isArray() && value.size() > LOOKED_AT;
    }

    private static JsonNode beginning(JsonNode array) {
        ArrayNode looked = JsonNodeFactory.instance.arrayNode(LOOKED_AT);
        array.valueStream().limit(LOOKED_AT).forEach(looked::add);
        return looked;
    }

    private static String nameOf(Error error, String root) {
        String field = FieldPath.of(root, error.getInstanceLocation());
        String member = error.getProperty();
        if (member != null) {
            return FieldPath.member(field, member);
        }
        return field.isEmpty() ? FieldError.BODY : field;
    }

    private static @Nullable String codeOf(Error error, JsonNode violated) {
        return error.getProperty() == null ? violated.path("x-error-code").textValue() : null;
    }
}
