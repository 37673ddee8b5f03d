package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What is said to requests that come to no operation. */
final class Unrouted {
    /**
     * Vert.x would go this way; who guards a path in front of us looks for its one name. No name ends in a slash, and none
     * has an encoded character that needs no encoding (RFC 3986 §2.3).
     */
    private static final Pattern DETOUR = Pattern.compile(
            "//|/(\\.|%2e){1,2}(/|$)|/$|%(2[de]|3\\d|[46][1-9a-f]|[57][\\da]|5f|7e)", Pattern.CASE_INSENSITIVE);

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

    /** What a proxy may have read in another way than we would (RFC 9112 §11). */
    static void ambiguous(RoutingContext context) {
        MultiMap headers = context.request().headers();
        boolean codings =
                headers.getAll("transfer-encoding").stream().anyMatch(name -> !name.equalsIgnoreCase("chunked"));
        if (headers.getAll("host").size() > 1 || headers.contains("") || codings) {
            malformed(context);
        } else if (DETOUR.matcher(String.valueOf(context.request().path())).find()) {
            unknown(context);
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
