package ai.sentryagent.idp.standalone.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;

/**
 * A request and what became of it.
 *
 * @param requestId sent along, so that what stands in the audit log can be held against what was answered
 * @param begun when it was sent, {@code System.nanoTime()}
 * @param status 0 where there was no answer
 * @param retryAfter whether the answer says when to come back
 * @param closes whether the answer says that the connection ends with it
 * @param body where there was no answer, why
 */
record Sent(
        String what,
        String requestId,
        long begun,
        long ended,
        int status,
        boolean retryAfter,
        boolean closes,
        String body) {
    private static final ObjectMapper JSON = new ObjectMapper();

    boolean isGood() {
        return status >= 200 && status < 300;
    }

    Duration took() {
        return Duration.ofNanos(ended - begun);
    }

    /** A member of the answer's JSON; missing where there is no such thing. */
    JsonNode member(String name) {
        try {
            return body.startsWith("{") ? JSON.readTree(body).path(name) : MissingNode.getInstance();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(body, e);
        }
    }

    /** A string in the answer's JSON; empty where it is not there. */
    String text(String name) {
        return member(name).asText();
    }
}
