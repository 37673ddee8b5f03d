package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/**
 * One parameter of an operation.
 *
 * @param in where it stands: path, query or header
 * @param schema its schema, without references
 */
record Parameter(String name, String in, boolean required, JsonNode schema, SchemaCheck check) {

    /** Takes the parameter as it was sent; null when it was not. */
    void read(@Nullable String text, ObjectNode into, Complaints complaints) {
        if (text != null) {
            JsonNode value = Coercion.read(text, schema);
            TextCheck.check(value, name, complaints);
            check.check(value, name, complaints);
            into.set(name, value);
        } else if (required) {
            complaints.add(name, "is required");
        } else if (schema.has("default")) {
            into.set(name, schema.get("default"));
        }
    }
}
