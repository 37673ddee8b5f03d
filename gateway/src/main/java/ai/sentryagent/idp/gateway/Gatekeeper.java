package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.token.AccessToken;
import ai.sentryagent.idp.runtime.token.AccessTokenVerifier;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.credentials.AuthenticateClient;
import ai.sentryagent.idp.schema.credentials.CredentialOperations;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;

/** Finds out who calls, and charges the request to exactly one budget: the proven client's, else the address's. */
final class Gatekeeper {
    private final Bus bus;
    private final AccessTokenVerifier tokens;
    private final Admission admission;
    private final Clock clock;

    Gatekeeper(Bus bus, AccessTokenVerifier tokens, Admission admission, Clock clock) {
        this.bus = bus;
        this.tokens = tokens;
        this.admission = admission;
        this.clock = clock;
    }

    /** RFC 6750 §2.1. Fails with UNAUTHORIZED or RATE_LIMIT_EXCEEDED. */
    Future<Identity> bearer(RoutingContext context, String token) {
        return tokens.verify(token)
                .compose(found -> found.isPresent()
                        ? admit(context, found.get())
                        : refuse(
                                context,
                                new ServiceException(ErrorCode.UNAUTHORIZED, "The access token is not valid")));
    }

    /** RFC 6749 §2.3.1. Fails with INVALID_CLIENT, UNAUTHORIZED_CLIENT or RATE_LIMIT_EXCEEDED. */
    Future<Identity> client(RoutingContext context, ClientCredentials shown) {
        boolean cheapOnly = admission.isSpent(address(context));
        Caller caller = RequestFrame.caller(context, Identity.ANONYMOUS);
        return CredentialOperations.AUTHENTICATE
                .ask(bus, caller, new AuthenticateClient(shown.clientId(), shown.clientSecret(), cheapOnly))
                .compose(
                        client -> admission
                                .charge(Admission.client(client.clientId().toString()))
                                .compose(rate -> within(context, rate))
                                .map(done -> Identity.of(client)),
                        failure -> isRefusal(failure) ? refuse(context, failure) : Future.failedFuture(failure));
    }

    /** Somebody who has not said who they are. Fails with RATE_LIMIT_EXCEEDED. */
    Future<Identity> anonymous(RoutingContext context) {
        return admission
                .charge(address(context))
                .compose(rate -> within(context, rate))
                .map(Identity.ANONYMOUS);
    }

    /** Charges the address, and fails as told or, when the address has spent its budget, with RATE_LIMIT_EXCEEDED. */
    Future<Identity> refuse(RoutingContext context, Throwable failure) {
        return anonymous(context).compose(charged -> Future.failedFuture(failure));
    }

    private Future<Identity> admit(RoutingContext context, AccessToken token) {
        Identity identity = new Identity(token.agentId(), token.scopes(), null);
        return admission
                .admit(token.marks(), RequestFrame.caller(context, identity))
                .compose(verdict -> within(context, verdict.rate()).map(verdict))
                .compose(verdict -> verdict.live()
                        ? Future.succeededFuture(identity)
                        : Future.failedFuture(
                                new ServiceException(ErrorCode.UNAUTHORIZED, "The access token is not valid")));
    }

    private Future<Void> within(RoutingContext context, RateState rate) {
        rate.announce(context.response(), clock);
        return rate.isExceeded() ? Future.failedFuture(rate.exceeded()) : Future.succeededFuture();
    }

    /** Our own failures are nobody's guesses. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof ServiceException refusal
                && (refusal.code() == ErrorCode.INVALID_CLIENT
                        || refusal.code() == ErrorCode.UNAUTHORIZED_CLIENT
                        || refusal.code() == ErrorCode.RATE_LIMIT_EXCEEDED);
    }

    private static String address(RoutingContext context) {
        return Admission.address(RequestFrame.address(context));
    }
}
