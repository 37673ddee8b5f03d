package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.Settings;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Lets pages of the named origins call (the CORS protocol of the Fetch standard). A stranger's request is answered as if
 * there were no CORS: its browser keeps the answer from it, and a page of our own origin, which browsers name too, works.
 */
final class CrossOrigin implements Handler<RoutingContext> {
    private static final Set<HttpMethod> METHODS =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.POST, HttpMethod.PATCH, HttpMethod.DELETE);
    private static final Set<String> SENT =
            Set.of("authorization", "content-type", "if-match", "if-none-match", "x-request-id");
    private static final Set<String> SHOWN = Set.of(
            "x-request-id",
            "etag",
            "location",
            "retry-after",
            "www-authenticate",
            "x-ratelimit-limit",
            "x-ratelimit-remaining",
            "x-ratelimit-reset");

    private static final String SETTING = "CORS_ORIGIN";

    /** As a browser writes one, in small letters and without a path: any other would never be met. */
    private static final Pattern ORIGIN = Pattern.compile("\\*|[a-z][a-z0-9+.-]*://[a-z0-9.:_\\[\\]-]+");

    private final List<String> origins;
    private final CorsHandler handler;

    CrossOrigin(List<String> origins) {
        this.origins = origins;
        this.handler = CorsHandler.create()
                .allowedMethods(METHODS)
                .allowedHeaders(SENT)
                .exposedHeaders(SHOWN);
        origins.forEach(handler::addOrigin);
    }

    static List<String> read(Settings settings) {
        List<String> origins = settings.list(SETTING);
        if (!origins.stream().allMatch(ORIGIN.asMatchPredicate())) {
            settings.problem(SETTING, "must be * or origins such as https://console.example, separated by commas");
        }
        return origins;
    }

    @Override
    public void handle(RoutingContext context) {
        String origin = context.request().getHeader(HttpHeaders.ORIGIN);
        if (!origins.contains("*")) { // caches must not give to one origin what was answered to another, or to none
            context.response().putHeader(HttpHeaders.VARY, "origin");
        }
        if (origin == null || origins.contains(origin) || origins.contains("*")) {
            handler.handle(context);
        } else {
            context.next();
        }
    }
}
