package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/** Says in words which rule of a schema a value breaks, so that the words read on from the field's name. */
final class Wording {
    private Wording() {}

    static String of(String keyword, JsonNode schema) {
        return switch (keyword) {
            case "required" -> "is required";
            case "additionalProperties" -> "is not known here";
            case "type" -> type(schema);
            case "minimum", "maximum" -> wholeNumber(schema);
            case "maxLength" -> "must be at most " + schema.path("maxLength") + " characters long";
            case "minItems" ->
                "must hold at least " + items(schema.path("minItems").asInt());
            case "maxItems" ->
                "must hold at most " + items(schema.path("maxItems").asInt());
            case "uniqueItems" -> "must not hold the same item twice";
            case "minProperties" -> "must name something to change";
            case "not" -> ownWords(schema.path("not"), "is not allowed here");
            case "enum" -> ownWords(schema, "must be " + anyOf(schema.path("enum")));
            case "minLength" -> ownWords(schema, "must be at least " + schema.path("minLength") + " characters long");
            default -> ownWords(schema, "is not as the API description says");
        };
    }

    /** Patterns and formats have no good words of their own; the document gives them some. */
    private static String ownWords(JsonNode schema, String otherwise) {
        return schema.path("x-message").asText(otherwise);
    }

    private static String type(JsonNode schema) {
        return switch (schema.path("type").asText()) {
            case "integer" -> wholeNumber(schema);
            case "boolean" -> "must be true or false";
            case "array" -> "must be an array";
            case "object" -> "must be a JSON object";
            default -> "must be a string";
        };
    }

    private static String wholeNumber(JsonNode schema) {
        return "must be a whole number from " + schema.path("minimum") + " to " + schema.path("maximum");
    }

    private static String items(int count) {
        return count == 1 ? "one item" : count + " items";
    }

    private static String anyOf(JsonNode values) {
        String all = values.valueStream().map(JsonNode::asText).collect(Collectors.joining(", "));
        return values.size() == 1 ? all : "one of " + all;
    }
}
