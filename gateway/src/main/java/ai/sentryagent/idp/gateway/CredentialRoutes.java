package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.credentials.CredentialOperations;
import ai.sentryagent.idp.schema.credentials.GenerateCredential;
import ai.sentryagent.idp.schema.credentials.ListCredentials;
import ai.sentryagent.idp.schema.credentials.RevokeCredential;
import ai.sentryagent.idp.schema.credentials.RotateCredential;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;

/** {@code /api/v1/agents/{agentId}/credentials}. */
final class CredentialRoutes {
    private final Bus bus;

    CredentialRoutes(Bus bus) {
        this.bus = bus;
    }

    Future<Answer> generate(Exchange exchange) {
        return CredentialOperations.GENERATE
                .ask(bus, exchange.caller(), question(exchange, GenerateCredential.class))
                .map(made -> Answer.json(201, made));
    }

    Future<Answer> list(Exchange exchange) {
        return CredentialOperations.LIST
                .ask(bus, exchange.caller(), question(exchange, ListCredentials.class))
                .map(Answer::ok);
    }

    Future<Answer> rotate(Exchange exchange) {
        return CredentialOperations.ROTATE
                .ask(bus, exchange.caller(), question(exchange, RotateCredential.class))
                .map(rotated -> Answer.ok(rotated.credential()).unless(rotated.everywhere()));
    }

    Future<Answer> revoke(Exchange exchange) {
        return CredentialOperations.REVOKE
                .ask(bus, exchange.caller(), question(exchange, RevokeCredential.class))
                .map(revoked -> Answer.empty(204).unless(revoked.everywhere()));
    }

    private static <Q> Q question(Exchange exchange, Class<Q> type) {
        ObjectNode members = exchange.body().deepCopy();
        return Wire.fromTree(members.setAll(exchange.parameters()), type);
    }
}
