package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Checks the requests of one operation against the document. Thread-safe. */
public final class RequestCheck {
    private final ParameterChecks parameters;
    private final @Nullable BodyCheck body;

    RequestCheck(ParameterChecks parameters, @Nullable BodyCheck body) {
        this.parameters = parameters;
        this.body = body;
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
        ObjectNode members = body == null ? nothing() : body.read(content, complaints);
        return verdict(read, members, complaints);
    }

    /** The same for a form that has been decoded already. */
    public CheckedRequest check(RequestParts parts, MultiMap form) {
        Complaints complaints = new Complaints();
        ObjectNode read = parameters.read(parts, complaints);
        ObjectNode members = body == null ? nothing() : body.readForm(form, complaints);
        return verdict(read, members, complaints);
    }

    private static CheckedRequest verdict(ObjectNode parameters, ObjectNode members, Complaints complaints) {
        return complaints.none() ? new CheckedRequest.Accepted(parameters, members) : complaints.refused();
    }

    private static ObjectNode nothing() {
        return JsonNodeFactory.instance.objectNode();
    }
}
