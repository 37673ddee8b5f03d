package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.DateOrDateTime;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.audit.AuditEventId;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.ListAuditEvents;
import ai.sentryagent.idp.schema.audit.VerifyAudit;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** {@code /api/v1/audit}. */
final class AuditRoutes {
    private final Bus bus;

    AuditRoutes(Bus bus) {
        this.bus = bus;
    }

    Future<Answer> list(Exchange exchange) {
        return AuditOperations.LIST
                .ask(bus, exchange.caller(), Wire.fromTree(withBounds(exchange.parameters()), ListAuditEvents.class))
                .map(Answer::ok);
    }

    Future<Answer> get(Exchange exchange) {
        return AuditOperations.GET
                .ask(bus, exchange.caller(), new AuditEventId(exchange.id("eventId")))
                .map(Answer::ok);
    }

    Future<Answer> verify(Exchange exchange) {
        return AuditOperations.VERIFY
                .ask(bus, exchange.caller(), Wire.fromTree(withBounds(exchange.parameters()), VerifyAudit.class))
                .map(Answer::ok);
    }

    private static ObjectNode withBounds(ObjectNode parameters) {
        String from = either(parameters, "startDate", "fromDate");
        String until = either(parameters, "endDate", "toDate");
        if (from != null) {
            parameters.put(
                    "from", DateOrDateTime.parse(from).orElseThrow().first().toString());
        }
        if (until != null) {
            parameters.put(
                    "until", DateOrDateTime.parse(until).orElseThrow().last().toString());
        }
        return parameters;
    }

    private static @Nullable String either(ObjectNode parameters, String one, String other) {
        return parameters.path(one).asText(parameters.path(other).textValue());
    }
}
