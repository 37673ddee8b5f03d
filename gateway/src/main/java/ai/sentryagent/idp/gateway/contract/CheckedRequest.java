package ai.sentryagent.idp.gateway.contract;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What became of the check of a request: it is as the document says, or here is all that is not. */
public sealed interface CheckedRequest {

    /**
     * A request that is as the document says, with the document's defaults where nothing was given.
     *
     * @param parameters path, query and header parameters by their documented names, each of its documented type
     * @param body the members of the body or the parameters of the form; empty when there is no body
     */
    record Accepted(ObjectNode parameters, ObjectNode body) implements CheckedRequest {}

    /**
     * A request that is not.
     *
     * @param errors every failing field, once
     * @param errorCode the error code that the document gives to this failure ({@code x-error-code}), where it gives one
     */
    record Refused(List<FieldError> errors, @Nullable String errorCode) implements CheckedRequest {

        public Refused {
            errors = List.copyOf(errors);
        }
    }
}
