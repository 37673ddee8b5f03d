package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.Map;

/**
 * Reads and checks the body of one operation.
 *
 * @param members the schema of each member, without references
 */
record BodyCheck(BodyKind kind, boolean required, Map<String, JsonNode> members, SchemaCheck schema) {

    ObjectNode read(Buffer content, Complaints complaints) {
        if (kind == BodyKind.FORM) {
            return FormBody.decode(content, complaints)
                    .map(form -> check(FormBody.read(form, members, complaints), complaints))
                    .orElseGet(BodyCheck::nothing);
        }
        if (content.length() > 0) {
            return JsonBody.read(content, complaints)
                    .map(json -> check(json, complaints))
                    .orElseGet(BodyCheck::nothing);
        }
        if (required) {
            complaints.add(FieldError.BODY, "is required");
        }
        return withDefaults(nothing());
    }

    private ObjectNode check(JsonNode value, Complaints complaints) {
        TextCheck.check(value, "", complaints);
        schema.check(value, "", complaints);
        return value instanceof ObjectNode object ? withDefaults(object) : nothing();
    }

    private ObjectNode withDefaults(ObjectNode object) {
        members.forEach((name, member) -> {
            JsonNode preset = member.get("default");
            if (preset != null && !object.has(name)) {
                object.set(name, preset.deepCopy());
            }
        });
        return object;
    }

    private static ObjectNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }
}
