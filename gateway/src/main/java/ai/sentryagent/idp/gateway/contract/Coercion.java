package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Parameters arrive as text; this gives them the type that their schema asks for. */
final class Coercion {
    /** Eighteen digits always fit into a long. */
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");

    private Coercion() {}

    /** What does not look like the type stays text, and the check of the schema then says so. */
    static JsonNode read(String text, @Nullable JsonNode schema) {
        String type = schema == null ? "string" : schema.path("type").asText();
        if (type.equals("integer") && WHOLE_NUMBER.matcher(text).matches()) {
            return LongNode.valueOf(Long.parseLong(text));
        }
        if (type.equals("boolean") && (text.equals("true") || text.equals("false"))) {
            return BooleanNode.valueOf(text.equals("true"));
        }
        return TextNode.valueOf(text);
    }
}
