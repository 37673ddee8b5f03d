package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import ai.sentryagent.idp.schema.tokens.IssueToken;
import ai.sentryagent.idp.schema.tokens.PresentedToken;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import io.vertx.core.Future;
import java.util.Objects;

/** {@code /api/v1/token}: RFC 6749 §3.2, RFC 7662 §2, RFC 7009 §2. */
final class TokenEndpoints {
    private final Bus bus;

    TokenEndpoints(Bus bus) {
        this.bus = bus;
    }

    Future<Answer> issue(Exchange exchange) {
        IssueToken question = new IssueToken(
                Objects.requireNonNull(exchange.identity().client()),
                exchange.body().path("scope").textValue());
        return TokenOperations.ISSUE.ask(bus, exchange.caller(), question).map(token -> Answer.ok(token)
                .with("pragma", "no-cache")); // RFC 6749 §5.1, for HTTP/1.0 caches
    }

    Future<Answer> introspect(Exchange exchange) {
        return TokenOperations.INTROSPECT
                .ask(bus, exchange.caller(), presented(exchange, ManagementScopes.TOKENS_READ))
                .map(Answer::ok);
    }

    Future<Answer> revoke(Exchange exchange) {
        return TokenOperations.REVOKE
                .ask(bus, exchange.caller(), presented(exchange, ManagementScopes.TOKENS_WRITE))
                .map(done -> Answer.empty(200));
    }

    private static PresentedToken presented(Exchange exchange, String scopeForAny) {
        return new PresentedToken(
                exchange.body().path("token").asText(), exchange.identity().mayUse(scopeForAny));
    }
}
