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
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Finds out who calls, and charges the request: the proven client's budget, what failed to authenticate to those of {@link
 * FailedAttempts}, and everything else the address's.
 */
final class Gatekeeper {
    private final Bus bus;
    private final AccessTokenVerifier tokens;
    private final Admission admission;
    private final FailedAttempts failures;
    private final Clock clock;

    Gatekeeper(Bus bus, AccessTokenVerifier tokens, Admission admission, FailedAttempts failures, Clock clock) {
        this.bus = bus;
        this.tokens = tokens;
        this.admission = admission;
        this.failures = failures;
        this.clock = clock;
    }

    /** RFC 6750 §2.1. Fails with UNAUTHORIZED or RATE_LIMIT_EXCEEDED. */
    Future<Identity> bearer(RoutingContext context, String token) {
        return tokens.verify(token)
                .compose(found -> found.isPresent() ? admit(context, found.get()) : refuse(context, invalidToken()));
    }

    /** RFC 6749 §2.3.1. Fails with INVALID_CLIENT, UNAUTHORIZED_CLIENT or RATE_LIMIT_EXCEEDED. */
    Future<Identity> client(RoutingContext context, ClientCredentials shown) {
        Caller caller = RequestFrame.caller(context, Identity.ANONYMOUS);
        String own = Admission.client(shown.clientId().toLowerCase(Locale.ROOT));
        List<String> charged = chargedTo(context, shown);
        return failures.watch(charged, suspect -> CredentialOperations.AUTHENTICATE
                .ask(bus, caller, new AuthenticateClient(shown.clientId(), shown.clientSecret(), suspect))
                .compose(
                        client -> charge(context, own).map(done -> Identity.of(client)),
                        failure -> refused(context, failure, own, charged)));
    }

    /** Whether another wrong secret from there, or of this client, would be one too many. */
    boolean isSuspect(RoutingContext context, ClientCredentials shown) {
        return failures.isSuspect(chargedTo(context, shown));
    }

    private static List<String> chargedTo(RoutingContext context, ClientCredentials shown) {
        return FailedAttempts.budgets(RequestFrame.address(context), shown.clientId());
    }

    /**
     * Our own failures are nobody's guesses. Whoever has shown a right secret of an agent that was switched off has proven who
     * they are, and is told so however often they try; but what they try counts, or they could fill the audit log.
     */
    private Future<Identity> refused(RoutingContext context, Throwable failure, String own, List<String> charged) {
        ErrorCode code = failure instanceof ServiceException known ? known.code() : ErrorCode.INTERNAL_SERVER_ERROR;
        return switch (code) {
            case UNAUTHORIZED_CLIENT ->
                failures.charge(charged)
                        .compose(counted -> charge(context, own))
                        .compose(within -> Future.failedFuture(failure));
            case INVALID_CLIENT, RATE_LIMIT_EXCEEDED ->
                failures.charge(charged)
                        .compose(rate -> within(context, code == ErrorCode.RATE_LIMIT_EXCEEDED ? rate.spent() : rate))
                        .compose(within -> Future.failedFuture(failure));
            default -> Future.failedFuture(failure);
        };
    }

    /** Somebody who has not said who they are. Fails with RATE_LIMIT_EXCEEDED. */
    Future<Identity> anonymous(RoutingContext context) {
        return charge(context, Admission.address(RequestFrame.address(context))).map(Identity.ANONYMOUS);
    }

    /** Charges the address, and fails as told or, when the address has spent its budget, with RATE_LIMIT_EXCEEDED. */
    Future<Identity> refuse(RoutingContext context, Throwable failure) {
        return anonymous(context).compose(charged -> Future.failedFuture(failure));
    }

    /**
     * For an answer that takes long: fails with UNAUTHORIZED when the token that it was asked for with has been revoked since,
     * or has expired for as long as it had lived: one that has expired cannot be revoked any more. Charges nothing.
     */
    Future<Void> isStillWelcome(Identity identity, Caller caller) {
        AccessToken token = identity.token();
        if (token == null) {
            return Future.succeededFuture();
        }
        Duration lived = Duration.between(token.issuedAt(), token.expiresAt());
        return clock.instant().isAfter(token.expiresAt().plus(lived))
                ? Future.failedFuture(invalidToken())
                : admission
                        .isLive(token.marks(), caller)
                        .compose(live -> live ? Future.succeededFuture() : Future.failedFuture(invalidToken()));
    }

    private Future<Identity> admit(RoutingContext context, AccessToken token) {
        Identity identity = Identity.of(token);
        return admission
                .admit(token.marks(), RequestFrame.caller(context, identity))
                .compose(rate ->
                        rate.isPresent() ? within(context, rate.get()).map(identity) : refuse(context, invalidToken()));
    }

    private static ServiceException invalidToken() {
        return new ServiceException(ErrorCode.UNAUTHORIZED, "The access token is not valid");
    }

    private Future<Void> charge(RoutingContext context, String budget) {
        return admission.charge(budget).compose(rate -> within(context, rate));
    }

    private Future<Void> within(RoutingContext context, RateState rate) {
        rate.announce(context.response(), clock);
        if (rate.isExceeded()) {
            return Future.failedFuture(rate.exceeded());
        }
        RequestFrame.charged(context);
        return Future.succeededFuture();
    }
}
