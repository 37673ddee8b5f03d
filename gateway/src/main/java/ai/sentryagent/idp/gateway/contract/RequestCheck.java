package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks the requests of one operation against the document. Thread-safe. */
public final class RequestCheck {
    /** Some clients send an empty object with everything. */
    private static final Set<String> HOLDS_NOTHING = Set.of("", "{}");

    private final ParameterChecks parameters;
    private final @Nullable BodyCheck body;
    private final boolean changes;

    /** @param changes whether it changes something; else a body that it does not take means nothing (RFC 9110 §9.3.1) */
    RequestCheck(ParameterChecks parameters, @Nullable BodyCheck body, boolean changes) {
        this.parameters = parameters;
        this.body = body;
        this.changes = changes;
    }

    public BodyKind bodyKind() {
        return body == null ? BodyKind.NONE : body.kind();
    }

    /** Whether the request makes no sense without a body. */
    public boolean bodyRequired() {
        return body != null && body.required();
    }

    /** Checks everything at once. The body is JSON or a form, as {@link #bodyKind} says; empty when there is none. */
    public CheckedRequest check(RequestParts parts, Buffer content) {
        Complaints complaints = new Complaints();
        ObjectNode read = parameters.read(parts, complaints);
        ObjectNode members = body == null ? nothing(content, complaints) : body.read(content, complaints);
        return complaints.none() ? new CheckedRequest.Accepted(read, members) : complaints.refused();
    }

    /** What is in it would be dropped: a DELETE with {@code {"dryRun":true}} would delete. */
    private ObjectNode nothing(Buffer content, Complaints complaints) {
        if (changes
                && content.length() > 0
                && !HOLDS_NOTHING.contains(content.toString().strip())) {
            complaints.add(FieldError.BODY, "must be empty");
        }
        return JsonNodeFactory.instance.objectNode();
    }
}
