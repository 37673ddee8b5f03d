package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Holds one schema of the document against values and says in words what does not fit. */
final class SchemaCheck {
    /** Of a value that is too long, nothing else is worth saying. */
    private static final Comparator<Error> LENGTH_FIRST =
            Comparator.comparing(error -> !"maxLength".equals(error.getKeyword()));

    private final Schema schema;
    private final OpenApiDocument document;

    SchemaCheck(Schema schema, OpenApiDocument document) {
        this.schema = schema;
        this.document = document;
    }

    /** @param field what the value itself is called; empty for a body */
    void check(JsonNode value, String field, Complaints complaints) {
        schema.validate(value).stream().sorted(LENGTH_FIRST).forEach(error -> {
            JsonNode violated = document.schemaOf(error.getSchemaLocation());
            complaints.add(nameOf(error, field), Wording.of(error.getKeyword(), violated), codeOf(error, violated));
        });
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
