package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Predicate;

/** Reads the audit log, to which facts come a moment after the call that they are of. */
record AuditTrail(Management management) {
    /** The one event of this kind about this agent. */
    JsonNode of(String agentId, String action) {
        List<JsonNode> found = of(agentId, action, events -> !events.isEmpty());
        assertThat(found).as("%s of %s", action, agentId).hasSize(1);
        return found.get(0);
    }

    /** The events of this kind about this agent, newest first, as soon as they are as wanted. */
    List<JsonNode> of(String agentId, String action, Predicate<List<JsonNode>> wanted) {
        return eventually("agentId=" + agentId + "&action=" + action, wanted);
    }

    List<JsonNode> eventually(String filter, Predicate<List<JsonNode>> wanted) {
        return Patience.until(filter, () -> search(filter), wanted);
    }

    List<JsonNode> search(String filter) {
        return management
                .get("/api/v1/audit?limit=100&" + filter)
                .json()
                .path("data")
                .valueStream()
                .toList();
    }
}
