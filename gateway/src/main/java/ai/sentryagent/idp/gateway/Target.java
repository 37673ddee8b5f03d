package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.ApiOperation;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a request asks for.
 *
 * @param parameters those of the path, decoded
 */
record Target(ApiOperation operation, Map<String, String> parameters) {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9A-Fa-f-]{36}");

    /** Its one name: no slash behind it, and identifiers in small letters. */
    String path() {
        return Stream.of(operation.path().split("/", -1))
                .map(part -> part.startsWith("{") ? name(part.substring(1, part.length() - 1)) : part)
                .collect(Collectors.joining("/"));
    }

    /** The agent in the path, where there is one. */
    @Nullable String agentId() {
        return parameters.containsKey("agentId") ? name("agentId") : null;
    }

    /** A slash in it stays what it was, or it would shift what comes behind. */
    private String name(String parameter) {
        String text = parameters.getOrDefault(parameter, "");
        return UUID_TEXT.matcher(text).matches() ? text.toLowerCase(Locale.ROOT) : text.replace("/", "%2F");
    }
}
