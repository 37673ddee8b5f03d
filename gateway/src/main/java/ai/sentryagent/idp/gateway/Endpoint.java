package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.ApiOperation;
import ai.sentryagent.idp.gateway.contract.BodyKind;
import ai.sentryagent.idp.gateway.contract.CheckedRequest;
import ai.sentryagent.idp.gateway.contract.RequestParts;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The way of one operation's requests: who calls, may they, is the request as the contract says, then the work. At the
 * OAuth endpoints the form comes first, because the client may authenticate in it.
 */
final class Endpoint implements Handler<RoutingContext> {
    private static final String BEARER = "Bearer ";

    /** Who is refused so is no client at work; that we could not answer says nothing of them. */
    private static final Set<ErrorCode> NO_PROOF =
            EnumSet.of(ErrorCode.INVALID_CLIENT, ErrorCode.UNAUTHORIZED_CLIENT, ErrorCode.RATE_LIMIT_EXCEEDED);

    private final ApiOperation operation;
    private final Function<Target, Access> policy;
    private final Gatekeeper gatekeeper;
    private final Turnstile turnstile;
    private final Function<Exchange, Future<Answer>> work;

    /** @param policy says what holds at the moment for a request */
    Endpoint(
            ApiOperation operation,
            Function<Target, Access> policy,
            Gatekeeper gatekeeper,
            Turnstile turnstile,
            Function<Exchange, Future<Answer>> work) {
        this.operation = operation;
        this.policy = policy;
        this.gatekeeper = gatekeeper;
        this.turnstile = turnstile;
        this.work = work;
    }

    @Override
    public void handle(RoutingContext context) {
        Future.succeededFuture()
                .compose(start -> {
                    // one for the whole request, whatever comes meanwhile
                    Access access = policy.apply(new Target(operation, context.pathParams()));
                    return operation.request().bodyKind() == BodyKind.FORM
                            ? form(context, access)
                            : json(context, access);
                })
                .onSuccess(answer -> answer.send(context))
                .onFailure(failure -> Problem.write(context, failure));
    }

    private Future<Answer> json(RoutingContext context, Access access) {
        return identified(
                context,
                access,
                JsonNodeFactory.instance.objectNode(),
                identity -> work.apply(exchange(context, identity, check(context))));
    }

    private Future<Answer> form(RoutingContext context, Access access) {
        CheckedRequest.Accepted request;
        try {
            request = check(context);
        } catch (ServiceException refused) {
            return gatekeeper.refuse(context, refused).compose(never -> Future.failedFuture(refused));
        }
        return identified(
                context, access, request.body(), identity -> work.apply(exchange(context, identity, request)));
    }

    private Future<Answer> identified(
            RoutingContext context, Access access, ObjectNode form, Function<Identity, Future<Answer>> allowed) {
        Function<Identity, Future<Answer>> next = identity -> {
            access.require(identity);
            return allowed.apply(identity);
        };
        List<String> headers = context.request().headers().getAll("authorization");
        Optional<ClientCredentials> shown;
        try {
            shown = shown(headers, access, form);
        } catch (ServiceException refused) {
            return gatekeeper.refuse(context, refused).compose(next);
        }
        if (shown.isEmpty()) {
            return withoutClient(context, access, headers).compose(next);
        }
        ClientCredentials client = shown.get();
        ByteBuffer digest = turnstile.digest(client);
        Turnstile.Comer comer = new Turnstile.Comer(
                digest,
                RequestBody.of(context).length(),
                gatekeeper.isSuspect(context, client),
                context.response()::closed);
        return turnstile.pass(comer, () -> gatekeeper
                .client(context, client)
                .onSuccess(proven -> turnstile.remember(digest))
                .onFailure(failure -> {
                    if (failure instanceof ServiceException refused && NO_PROOF.contains(refused.code())) {
                        turnstile.forget(digest);
                    }
                })
                .compose(next));
    }

    private Optional<ClientCredentials> shown(List<String> headers, Access access, ObjectNode form) {
        if (isOpen(access)) {
            return Optional.empty();
        }
        if (headers.size() > 1) {
            throw new ServiceException(ErrorCode.VALIDATION_ERROR, "Authorization must not be sent more than once");
        }
        return access.takesClients()
                ? ClientCredentials.read(headers.isEmpty() ? null : headers.get(0), form)
                : Optional.empty();
    }

    private boolean isOpen(Access access) {
        return access.open() && !operation.isForClients();
    }

    private Future<Identity> withoutClient(RoutingContext context, Access access, List<String> headers) {
        if (isOpen(access)) {
            return operation.path().startsWith("/health") || operation.path().equals("/metrics")
                    ? Future.succeededFuture(Identity.ANONYMOUS)
                    : gatekeeper.anonymous(context);
        }
        String authorization = headers.isEmpty() ? null : headers.get(0);
        if (access.takesTokens()
                && authorization != null
                && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            return gatekeeper.bearer(
                    context, authorization.substring(BEARER.length()).strip());
        }
        return gatekeeper.refuse(context, access.takesTokens() ? anonymous() : unproven(authorization));
    }

    private static ServiceException anonymous() {
        return new ServiceException(ErrorCode.UNAUTHORIZED, "A bearer access token is required");
    }

    /** RFC 6749 §5.2: a header that is no use to us is a failed authentication; none at all are missing parameters. */
    private static ServiceException unproven(@Nullable String authorization) {
        return authorization == null
                ? new ServiceException(
                        ErrorCode.VALIDATION_ERROR,
                        "client_id and client_secret are required, in the form or with HTTP Basic")
                : new ServiceException(ErrorCode.INVALID_CLIENT, "Clients authenticate in the form or with HTTP Basic");
    }

    private CheckedRequest.Accepted check(RoutingContext context) {
        Buffer body = RequestBody.of(context);
        boolean hasBody = body.length() > 0 || operation.request().bodyRequired();
        BodyKind kind = operation.request().bodyKind();
        if (hasBody && !kind.accepts(context.request().getHeader("content-type"))) {
            throw new ServiceException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, "The body must be " + kind.mediaType());
        }
        RequestParts parts = new RequestParts(
                context.pathParams(),
                context.request().query(),
                context.request().headers());
        CheckedRequest checked = operation.request().check(parts, body);
        if (checked instanceof CheckedRequest.Accepted accepted) {
            return accepted;
        }
        throw refusal((CheckedRequest.Refused) checked, kind);
    }

    private static ServiceException refusal(CheckedRequest.Refused refused, BodyKind kind) {
        if (kind != BodyKind.FORM) {
            Map<String, String> messages = new LinkedHashMap<>();
            refused.errors().forEach(error -> messages.put(error.field(), error.message()));
            return ServiceException.invalid(messages);
        }
        String message = refused.errors().stream()
                .map(error -> error.field() + " " + error.message())
                .collect(Collectors.joining("; "));
        return new ServiceException(
                ErrorCode.VALIDATION_ERROR,
                message,
                refused.errorCode() == null ? Map.of() : Map.of(Problem.OAUTH_ERROR, refused.errorCode()));
    }

    private static Exchange exchange(RoutingContext context, Identity identity, CheckedRequest.Accepted request) {
        return new Exchange(
                context, identity, RequestFrame.caller(context, identity), request.parameters(), request.body());
    }
}
