package ai.sentryagent.idp.gateway.contract;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one request: each field once, with the first thing found. */
final class Complaints {
    /** More fields than any body may have; past it somebody only wants a long answer. */
    private static final int MOST = 128;

    private final Map<String, String> messages = new LinkedHashMap<>();
    private final Set<@Nullable String> errorCodes = new LinkedHashSet<>();

    void add(String field, String message) {
        add(field, message, null);
    }

    void add(String field, String message, @Nullable String code) {
        errorCodes.add(code);
        if (messages.size() < MOST) {
            messages.putIfAbsent(field, message);
        }
    }

    boolean none() {
        return messages.isEmpty();
    }

    /** A code of its own has only a request in which nothing else is wrong: what is malformed is that first. */
    CheckedRequest.Refused refused() {
        String errorCode = errorCodes.contains(null)
                ? null
                : errorCodes.stream().findFirst().orElse(null);
        List<FieldError> errors = messages.entrySet().stream()
                .map(entry -> new FieldError(entry.getKey(), entry.getValue()))
                .toList();
        return new CheckedRequest.Refused(errors, errorCode);
    }
}
