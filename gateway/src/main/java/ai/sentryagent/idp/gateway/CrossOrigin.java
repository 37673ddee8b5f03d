package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.Settings;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets pages of the named origins call (the CORS protocol of the Fetch standard, without credentials). A stranger's request is
 * answered as if there were no CORS: its browser keeps the answer from it, and a page of our own origin, which browsers name
 * too, works. Vert.x's handler would refuse strangers, and with the asterisk every origin whose scheme it does not know.
 */
final class CrossOrigin implements Handler<RoutingContext> {
    private static final String METHODS = "GET, HEAD, POST, PATCH, DELETE";
    private static final String SENT = "authorization, content-type, if-match, if-none-match, x-request-id";
    private static final String SHOWN =
            "x-request-id, etag, location, retry-after, www-authenticate, x-ratelimit-limit,"
                    + " x-ratelimit-remaining, x-ratelimit-reset";

    private static final String SETTING = "CORS_ORIGIN";
    private static final String EVERY_PAGE = "*";

    /** As a browser writes one, in small letters and without a path: any other would never be met. */
    private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[a-z0-9.:_\\[\\]-]+");

    private final Set<String> origins;
    private final boolean isForAll;

    CrossOrigin(List<String> origins) {
        this.origins = Set.copyOf(origins);
        this.isForAll = origins.contains(EVERY_PAGE);
    }

    static List<String> read(Settings settings) {
        List<String> origins = settings.list(SETTING);
        if (!origins.equals(List.of(EVERY_PAGE)) && !origins.stream().allMatch(ORIGIN.asMatchPredicate())) {
            settings.problem(SETTING, "must be * or origins such as https://console.example, separated by commas");
        }
        return origins;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        HttpServerResponse response = context.response();
        if (!isForAll) { // caches must not give to one origin what was answered to another, or to none
            response.putHeader(HttpHeaders.VARY, "origin");
        }
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin == null || !(isForAll || origins.contains(origin))) {
            context.next();
            return;
        }
        response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, isForAll ? EVERY_PAGE : origin);
        if (request.method().equals(HttpMethod.OPTIONS)
                && request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD) != null) {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, METHODS)
                    .putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, SENT)
                    .setStatusCode(204)
                    .end();
        } else {
            response.putHeader(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, SHOWN);
            context.next();
        }
    }
}
