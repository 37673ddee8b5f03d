package ai.sentryagent.idp.gateway.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.CharacterCodingException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code application/x-www-form-urlencoded} as RFC 6749 appendix B uses it. */
final class FormBody {
    private FormBody() {}

    static Optional<MultiMap> decode(Buffer content, Complaints complaints) {
        try {
            return Optional.of(decodePairs(Utf8.decode(content.getBytes())));
        } catch (CharacterCodingException | IllegalArgumentException e) {
            complaints.add(FieldError.BODY, "must be a well-formed form encoded as UTF-8");
            return Optional.empty();
        }
    }

    /** A query is written in the same way. Fails with CharacterCodingException or IllegalArgumentException. */
    static MultiMap decodePairs(String text) throws CharacterCodingException {
        MultiMap pairs = MultiMap.caseInsensitiveMultiMap();
        for (String pair : text.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                pairs.add(decode(name), equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return pairs;
    }

    /**
     * The known parameters as members of an object, each of the type that its schema asks for. RFC 6749 §3.2: a parameter
     * without a value counts as left out, one that is not known is ignored, and none may be there twice.
     */
    static ObjectNode read(MultiMap form, Map<String, JsonNode> schemas, Complaints complaints) {
        ObjectNode members = JsonNodeFactory.instance.objectNode();
        Set<String> seen = new HashSet<>();
        for (Map.Entry<String, String> parameter : form.entries()) {
            String name = parameter.getKey();
            if (!seen.add(name)) {
                complaints.add(name, "must not be sent more than once");
            } else if (schemas.containsKey(name) && !parameter.getValue().isEmpty()) {
                members.set(name, Coercion.read(parameter.getValue(), schemas.get(name)));
            }
        }
        return members;
    }

    private static String decode(String encoded) throws CharacterCodingException {
        if (encoded.indexOf('%') < 0 && encoded.indexOf('+') < 0) {
            return encoded;
        }
        byte[] bytes = encoded.getBytes(UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                decoded.write(octet(bytes, i + 1));
                i += 2;
            } else {
                decoded.write(bytes[i] == '+' ? ' ' : bytes[i]);
            }
        }
        return Utf8.decode(decoded.toByteArray());
    }

    private static int octet(byte[] bytes, int at) {
        if (at + 1 >= bytes.length) {
            throw new IllegalArgumentException("cut off");
        }
        int high = Character.digit(bytes[at], 16);
        int low = Character.digit(bytes[at + 1], 16);
        if (high < 0 || low < 0) {
            throw new IllegalArgumentException("not hexadecimal");
        }
        return high * 16 + low;
    }
}
