package ai.sentryagent.idp.standalone.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * One request and what came of it.
 *
 * @param requestId sent along, so that what stands in the audit log can be held against what was answered
 * @param asked what the request was for: the name of the audited action, or of the check
 * @param subject the agent, credential or token it was about
 * @param status 0 where no answer came
 */
record Answer(String requestId, String asked, String subject, int status, Optional<String> retryAfter, JsonNode body) {

    boolean isDone() {
        return status >= 200 && status < 300 && status != 202;
    }

    /** Whether it may have been done or not: nobody has said so. */
    boolean isOpen() {
        return status == 0 || status == 503;
    }

    String text(String member) {
        return body.path(member).asText();
    }
}
