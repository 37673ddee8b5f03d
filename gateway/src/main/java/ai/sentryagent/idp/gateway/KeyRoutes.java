package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.tokens.Ring;
import ai.sentryagent.idp.schema.tokens.RotateKey;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import ai.sentryagent.idp.schema.tokens.WithdrawKey;
import io.vertx.core.Future;

/** {@code /api/v1/keys}. */
final class KeyRoutes {
    private final Bus bus;

    KeyRoutes(Bus bus) {
        this.bus = bus;
    }

    Future<Answer> list(Exchange exchange) {
        return TokenOperations.RING
                .ask(bus, exchange.caller(), new Ring.Question())
                .map(Answer::ok);
    }

    Future<Answer> rotate(Exchange exchange) {
        return TokenOperations.ROTATE_KEY
                .ask(bus, exchange.caller(), Wire.fromTree(exchange.body(), RotateKey.class))
                .map(made -> Answer.ok(made.key()).unless(made.everywhere()));
    }

    Future<Answer> withdraw(Exchange exchange) {
        return TokenOperations.WITHDRAW_KEY
                .ask(bus, exchange.caller(), Wire.fromTree(exchange.parameters(), WithdrawKey.class))
                .map(withdrawn -> Answer.ok(withdrawn.key()).unless(withdrawn.everywhere()));
    }
}
