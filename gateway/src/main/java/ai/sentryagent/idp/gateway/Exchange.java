package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Caller;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import java.util.UUID;

/** A request that has passed every check: who calls, with what. */
record Exchange(RoutingContext context, Identity identity, Caller caller, ObjectNode parameters, ObjectNode body) {

    UUID id(String parameter) {
        return UUID.fromString(parameters.get(parameter).textValue());
    }
}
