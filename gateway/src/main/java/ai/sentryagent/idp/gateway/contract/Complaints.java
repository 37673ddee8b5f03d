package ai.sentryagent.idp.gateway.contract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one request: each field once, with the first thing found. */
final class Complaints {
    /** More fields than any body may have; past it somebody only wants a long answer. */
    private static final int MOST = 128;

    private final Map<String, String> messages = new LinkedHashMap<>();
    private @Nullable String errorCode;

    void add(String field, String message) {
        if (messages.size() < MOST) {
            messages.putIfAbsent(field, message);
        }
    }

    void add(String field, String message, @Nullable String code) {
        add(field, message);
        if (errorCode == null) {
            errorCode = code;
        }
    }

    boolean none() {
        return messages.isEmpty();
    }

    CheckedRequest.Refused refused() {
        List<FieldError> errors = messages.entrySet().stream()
                .map(entry -> new FieldError(entry.getKey(), entry.getValue()))
                .toList();
        return new CheckedRequest.Refused(errors, errorCode);
    }
}
