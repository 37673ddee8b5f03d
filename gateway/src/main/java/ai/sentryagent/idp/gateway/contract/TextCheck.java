package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Refuses text that cannot be stored or sent on: U+0000, which Postgres has no place for, and half a surrogate pair. */
final class TextCheck {
    private TextCheck() {}

    static void check(JsonNode value, String field, Complaints complaints) {
        if (value.isTextual()) {
            check(value.textValue(), field, complaints);
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(value.get(i), FieldPath.item(field, i), complaints);
            }
        } else {
            for (Map.Entry<String, JsonNode> member : value.properties()) {
                String path = FieldPath.member(field, member.getKey());
                check(member.getKey(), path, complaints);
                check(member.getValue(), path, complaints);
            }
        }
    }

    private static void check(String text, String field, Complaints complaints) {
        String shown = field.isEmpty() ? FieldError.BODY : field;
        if (text.indexOf('\0') >= 0) {
            complaints.add(shown, "must not contain the character U+0000");
        } else if (!isWellFormed(text)) {
            complaints.add(shown, "must be well-formed Unicode");
        }
    }

    private static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))
                    && !(i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(++i)))) {
                return false;
            }
        }
        return true;
    }
}
