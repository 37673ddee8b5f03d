package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import java.nio.charset.CharacterCodingException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks the parameters of one operation.
 *
 * @param exclusive groups of query parameters of which only one may be sent
 */
record ParameterChecks(List<Parameter> parameters, List<List<String>> exclusive) {

    ObjectNode read(RequestParts parts, Complaints complaints) {
        ObjectNode read = JsonNodeFactory.instance.objectNode();
        Map<String, String> query = query(sent(parts.query(), complaints), complaints);
        for (Parameter parameter : parameters) {
            String name = parameter.name();
            String text =
                    switch (parameter.in()) {
                        case "path" -> parts.path().get(name);
                        case "query" -> query.get(name);
                        default -> header(parts.headers(), name);
                    };
            parameter.read(text, read, complaints);
        }
        return read;
    }

    private static MultiMap sent(@Nullable String query, Complaints complaints) {
        try {
            return FormBody.decodePairs(query == null ? "" : query);
        } catch (CharacterCodingException | IllegalArgumentException e) {
            complaints.add("query", "must be well-formed and encoded as UTF-8");
            return MultiMap.caseInsensitiveMultiMap();
        }
    }

    /** Each query parameter once. Names are compared exactly, although the map they come in does not care about case. */
    private Map<String, String> query(MultiMap sent, Complaints complaints) {
        Map<String, String> query = new HashMap<>();
        for (Map.Entry<String, String> parameter : sent.entries()) {
            String name = parameter.getKey();
            if (!isKnown(name)) {
                complaints.add(name, "is not a known query parameter");
            } else if (query.putIfAbsent(name, parameter.getValue()) != null) {
                complaints.add(name, "must not be sent more than once");
            }
        }
        for (List<String> group : exclusive) {
            group.stream().filter(query::containsKey).skip(1).forEach(name -> complaints.add(name, onlyOneOf(group)));
        }
        return query;
    }

    private boolean isKnown(String name) {
        return parameters.stream()
                .anyMatch(parameter ->
                        parameter.in().equals("query") && parameter.name().equals(name));
    }

    private static String onlyOneOf(List<String> group) {
        return "must not be sent together with another of " + String.join(", ", group);
    }

    /** RFC 9110 §5.3: the lines of a repeated header are one list. */
    private static @Nullable String header(MultiMap headers, String name) {
        List<String> lines = headers.getAll(name);
        return lines.isEmpty() ? null : String.join(", ", lines);
    }
}
