package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one gate where failures become public: the management form, or RFC 6749 §5.2 at the OAuth endpoints. */
final class Problem {
    private static final Logger LOG = LoggerFactory.getLogger(Problem.class);
    private static final String OAUTH = "/api/v1/token";

    /** In seconds: a crowd that was too much is mostly served by then, and who is back sooner may find an outage over. */
    private static final int SPREAD = 4;

    /** The detail under which a form's own error code travels from its check to here. */
    static final String OAUTH_ERROR = "oauthError";

    private Problem() {}

    static void write(RoutingContext context, Throwable failure) {
        ServiceException problem = expected(context, failure);
        Answer answer = isOAuth(context) ? oauth(problem) : management(problem);
        answer = withChallenge(problem.code(), answer);
        if (problem.code() == ErrorCode.RATE_LIMIT_EXCEEDED) {
            answer = answer.with("retry-after", String.valueOf(problem.details().getOrDefault("retryAfter", 1)));
        } else if (problem.code() == ErrorCode.SERVICE_UNAVAILABLE) {
            answer = answer.with("retry-after", soon(context));
        }
        answer.send(context);
    }

    /** From 1 to {@link #SPREAD} seconds, by request and connection, so that those who are refused together come again apart. */
    private static String soon(RoutingContext context) {
        int chance =
                Objects.hash(RequestFrame.requestId(context), context.request().remoteAddress());
        return String.valueOf(1 + Math.floorMod(chance, SPREAD));
    }

    /** The OAuth endpoints, and whatever else stands below the token endpoint. */
    static boolean isOAuth(RoutingContext context) {
        return isOAuth(RequestFrame.routeOf(context))
                || isOAuth(String.valueOf(context.request().path()));
    }

    private static boolean isOAuth(String path) {
        return path.equals(OAUTH) || path.startsWith(OAUTH + "/");
    }

    private static ServiceException expected(RoutingContext context, Throwable failure) {
        if (failure instanceof ServiceException known) {
            return known;
        }
        if (failure instanceof HttpException unreadable && unreadable.getStatusCode() == 400) {
            return new ServiceException(ErrorCode.VALIDATION_ERROR, "The request is malformed");
        }
        LOG.atError()
                .setCause(failure)
                .addKeyValue("requestId", RequestFrame.requestId(context))
                .log("Request failed");
        return new ServiceException(ErrorCode.INTERNAL_SERVER_ERROR, "An unexpected error occurred");
    }

    private static Answer management(ServiceException problem) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("code", problem.code().name());
        body.put("message", problem.getMessage());
        if (!problem.details().isEmpty()) {
            body.put("details", problem.details());
        }
        return Answer.json(problem.code().httpStatus(), body);
    }

    private static Answer oauth(ServiceException problem) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", problem.details().getOrDefault(OAUTH_ERROR, word(problem.code())));
        body.put("error_description", printable(problem.getMessage()));
        if (problem.code() == ErrorCode.FREE_TIER_LIMIT_EXCEEDED || problem.code() == ErrorCode.FORBIDDEN) {
            body.put("details", problem.details());
        }
        return Answer.json(problem.code().httpStatus(), body);
    }

    private static String word(ErrorCode code) {
        return switch (code) {
            case UNAUTHORIZED -> "invalid_token";
            case FORBIDDEN -> "insufficient_scope";
            case FREE_TIER_LIMIT_EXCEEDED -> "access_denied";
            case RATE_LIMIT_EXCEEDED -> "slow_down";
            case INVALID_CLIENT, UNAUTHORIZED_CLIENT, UNSUPPORTED_GRANT_TYPE, INVALID_SCOPE ->
                code.name().toLowerCase(Locale.ROOT);
            case SERVICE_UNAVAILABLE -> "temporarily_unavailable";
            case INTERNAL_SERVER_ERROR -> "server_error";
            default -> "invalid_request";
        };
    }

    /** RFC 9110 §15.5.2: no 401 without one, however the client tried. */
    private static Answer withChallenge(ErrorCode code, Answer answer) {
        if (code.httpStatus() != 401) {
            return answer;
        }
        return answer.with(
                "www-authenticate",
                code == ErrorCode.INVALID_CLIENT
                        ? "Basic realm=\"agentidp\", charset=\"UTF-8\""
                        : "Bearer error=\"invalid_token\"");
    }

    /** RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E. */
    private static String printable(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints()
                .map(point -> point == '"' || point == '\\' ? '\'' : point < 0x20 || point > 0x7E ? '?' : point)
                .forEach(safe::appendCodePoint);
        return safe.toString();
    }
}
