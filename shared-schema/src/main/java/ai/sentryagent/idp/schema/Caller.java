package ai.sentryagent.idp.schema;

import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * On whose behalf a question is asked. It travels beside every question, so that the answer, the log line and the audit
 * event name the same request.
 *
 * @param agentId the authenticated agent; null where nobody has been authenticated
 * @param scopes the scopes of the token that was presented; empty for client authentication
 * @param requestId the {@code X-Request-Id} of the HTTP request, at most 128 characters
 * @param ipAddress the client's address as the gateway believes it
 * @param userAgent the {@code User-Agent} header, cut at 512 characters
 */
public record Caller(
        @Nullable UUID agentId,
        Set<String> scopes,
        String requestId,
        @Nullable String ipAddress,
        @Nullable String userAgent) {

    /** A service that acts of its own accord, such as the bootstrap of the first administrator. */
    public static Caller system(String requestId) {
        return new Caller(null, Set.of(), requestId, null, null);
    }
}
