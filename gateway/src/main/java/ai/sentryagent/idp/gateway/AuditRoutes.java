package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.DateOrDateTime;
import ai.sentryagent.idp.runtime.UnderWay;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.audit.AuditEventId;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.ExportAudit;
import ai.sentryagent.idp.schema.audit.ListAuditEvents;
import ai.sentryagent.idp.schema.audit.ListCheckpoints;
import ai.sentryagent.idp.schema.audit.ProveConsistency;
import ai.sentryagent.idp.schema.audit.VerifyAudit;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code /api/v1/audit}. */
final class AuditRoutes {
    private static final String EVERYBODY = "everybody";

    /** On an event loop: each holds a page for as long as its client takes to read it. */
    private static final int MOST_EXPORTS = 10;

    private static final int MOST_EXPORTS_OF_A_CLIENT = 3;

    private final Bus bus;
    private final Gatekeeper gatekeeper;
    private final UnderWay<String> exports = new UnderWay<>();

    AuditRoutes(Bus bus, Gatekeeper gatekeeper) {
        this.bus = bus;
        this.gatekeeper = gatekeeper;
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

    Future<Answer> checkpoints(Exchange exchange) {
        return AuditOperations.CHECKPOINTS
                .ask(bus, exchange.caller(), Wire.fromTree(exchange.parameters(), ListCheckpoints.class))
                .map(Answer::ok);
    }

    Future<Answer> consistency(Exchange exchange) {
        return AuditOperations.CONSISTENCY
                .ask(bus, exchange.caller(), Wire.fromTree(exchange.parameters(), ProveConsistency.class))
                .map(Answer::ok);
    }

    Future<Answer> proof(Exchange exchange) {
        return AuditOperations.PROOF
                .ask(bus, exchange.caller(), new AuditEventId(exchange.id("eventId")))
                .map(Answer::ok);
    }

    /** Fails with SERVICE_UNAVAILABLE when as many as there may be are under way, of all clients or of this one. */
    Future<Answer> export(Exchange exchange) {
        ExportAudit question = Wire.fromTree(withBounds(exchange.parameters()), ExportAudit.class);
        String client = String.valueOf(exchange.caller().agentId());
        if (exports.of(client) >= MOST_EXPORTS_OF_A_CLIENT || exports.of(EVERYBODY) >= MOST_EXPORTS) {
            return Future.failedFuture(
                    new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many exports are under way"));
        }
        AuditExport export = new AuditExport(bus, gatekeeper, exchange, question);
        return exports.count(List.of(client, EVERYBODY), () -> send(export, exchange));
    }

    /** What goes wrong with the first page is answered as everywhere; what comes after it breaks the answer off. */
    private static Future<Answer> send(AuditExport export, Exchange exchange) {
        return export.begin()
                .compose(page -> exchange.context().request().method().equals(HttpMethod.HEAD)
                        ? Future.succeededFuture(AuditExport.head())
                        : export.stream(page));
    }

    private static ObjectNode withBounds(ObjectNode parameters) {
        Optional<Instant> from = either(parameters, "startDate", "fromDate")
                .map(date -> read(date).first());
        Optional<Instant> until =
                either(parameters, "endDate", "toDate").map(date -> read(date).last());
        if (from.isPresent() && until.isPresent() && until.get().isBefore(from.get())) {
            // it would verify, and prove nothing
            throw ServiceException.invalid(
                    Map.of(parameters.has("endDate") ? "endDate" : "toDate", "must not be before the first moment"));
        }
        from.ifPresent(first -> parameters.put("from", first.toString()));
        until.ifPresent(last -> parameters.put("until", last.toString()));
        return parameters;
    }

    private static Optional<String> either(ObjectNode parameters, String one, String other) {
        return Optional.ofNullable(
                parameters.path(one).asText(parameters.path(other).textValue()));
    }

    private static DateOrDateTime read(String date) {
        return DateOrDateTime.parse(date).orElseThrow();
    }
}
