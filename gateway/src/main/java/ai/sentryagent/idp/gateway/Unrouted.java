package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.stream.Collectors;

/** What is said to requests that come to no operation. */
final class Unrouted {
    private Unrouted() {}

    static void unknown(RoutingContext context) {
        Problem.write(context, new ServiceException(ErrorCode.NOT_FOUND, "There is no such route"));
    }

    /** RFC 9110 §15.5.6. */
    static void wrongMethod(RoutingContext context, Set<HttpMethod> allowed) {
        context.response()
                .putHeader("allow", allowed.stream().map(HttpMethod::name).collect(Collectors.joining(", ")));
        Problem.write(
                context, new ServiceException(ErrorCode.METHOD_NOT_ALLOWED, "The method must be one that Allow names"));
    }

    /** RFC 9112 §3.2: of two hosts a proxy may have believed either. */
    static void ambiguous(RoutingContext context) {
        if (context.request().headers().getAll("host").size() > 1) {
            malformed(context);
        } else {
            context.next();
        }
    }

    static void malformed(RoutingContext context) {
        Problem.write(context, new ServiceException(ErrorCode.VALIDATION_ERROR, "The request is malformed"));
    }

    /** What Vert.x itself refuses, and what is a bug. */
    static void failed(RequestFrame frame, RoutingContext context) {
        frame.frame(context);
        Throwable failure = context.failure();
        switch (context.statusCode()) {
            case 404 -> unknown(context); // a target that is no path, such as the asterisk
            case 413 ->
                Problem.write(
                        context, new ServiceException(ErrorCode.PAYLOAD_TOO_LARGE, "The body must be at most 64 KiB"));
            case 400, 417 -> malformed(context);
            default -> {
                if (RequestBody.brokeOff(context)) {
                    malformed(context);
                } else {
                    Problem.write(context, failure == null ? new IllegalStateException("unknown") : failure);
                }
            }
        }
    }
}
