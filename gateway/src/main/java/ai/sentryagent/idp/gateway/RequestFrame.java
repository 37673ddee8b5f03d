package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Caller;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** What every request gets, whatever becomes of it: an id, safe headers, a count, a log line when it failed. */
final class RequestFrame implements Handler<RoutingContext> {
    private static final Logger LOG = LoggerFactory.getLogger(RequestFrame.class);
    private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._~+/=:-]{1,128}");
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT");
    private static final String OTHER = "other";
    private static final String ID = "requestId";
    private static final String ROUTE = "route";
    private static final String UNKNOWN = "unknown";
    private static final String ALLOWED = "allowed";
    private static final String CHARGED = "charged";
    private static final String ADDRESS = "address";
    private static final int LONGEST_USER_AGENT = 512;
    private static final Pattern CONTROL = Pattern.compile("[\\x00-\\x1f\\x7f-\\x9f]");

    /** A second: enough to see that something is away, and too few to wash out what else the log says. */
    private static final int UNPAID_FAILURES = 10;

    private final Supplier<UUID> ids;
    private final ClientAddress addresses;
    private final BooleanSupplier leaving;
    /** As many as the contract has routes, methods and statuses: to ask the registry for one costs more than to count. */
    private final Map<RequestMeters.Labels, RequestMeters> meters = new HashMap<>();

    private final Clock clock;
    private long second;
    private int unpaidFailures;

    /** @param leaving whether this process is about to stop */
    RequestFrame(Supplier<UUID> ids, ClientAddress addresses, BooleanSupplier leaving, Clock clock) {
        this.clock = clock;
        this.ids = ids;
        this.addresses = addresses;
        this.leaving = leaving;
    }

    @Override
    public void handle(RoutingContext context) {
        frame(context);
        context.next();
    }

    /** For a request that failed before it could come this way, too. */
    void frame(RoutingContext context) {
        if (context.get(ID) != null) {
            return;
        }
        String given = context.request().getHeader("x-request-id");
        String id = given != null && SANE_ID.matcher(given).matches()
                ? given
                : ids.get().toString();
        context.put(ID, id);
        context.put(ADDRESS, addresses.of(context.request()));
        dress(context.response(), id);
        if (leaving.getAsBoolean() && context.request().version() != HttpVersion.HTTP_2) {
            context.response().putHeader("connection", "close"); // the next request finds another gateway
        }
        Timer.Sample sample = Timer.start();
        context.addEndHandler(ended -> count(context, id, sample));
    }

    /** A request that is no HTTP: RFC 9112 says which status it gets, and it gets no body. Its connection ends with it. */
    void refuse(HttpServerRequest request) {
        dress(request.response(), ids.get().toString());
        request.response().putHeader("connection", "close");
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }

    private static void dress(HttpServerResponse response, String id) {
        response.putHeader("x-request-id", id)
                .putHeader("x-content-type-options", "nosniff")
                .putHeader("x-frame-options", "DENY")
                .putHeader("content-security-policy", "default-src 'none'; frame-ancestors 'none'")
                .putHeader("referrer-policy", "no-referrer")
                .putHeader("cache-control", "no-store");
    }

    /** Names the route of a request, and the methods it takes. Every parameter of the path becomes {@code :id}. */
    static Handler<RoutingContext> route(String path, Set<HttpMethod> allowed) {
        String label = path.replaceAll(":[^/]+", ":id");
        return context -> {
            context.put(ROUTE, label);
            context.put(ALLOWED, allowed);
            context.next();
        };
    }

    /** {@code unknown} where no route of the contract matches. */
    static String routeOf(RoutingContext context) {
        return context.get(ROUTE, UNKNOWN);
    }

    /** A budget has paid for it, so whoever sends many of these is refused soon. */
    static void charged(RoutingContext context) {
        context.put(CHARGED, true);
    }

    static String requestId(RoutingContext context) {
        return context.get(ID);
    }

    static String address(RoutingContext context) {
        return context.get(ADDRESS);
    }

    static Caller caller(RoutingContext context, Identity identity) {
        String agent = context.request().getHeader("user-agent");
        String userAgent = agent == null
                ? null
                : CONTROL.matcher(agent.substring(0, Math.min(LONGEST_USER_AGENT, agent.length())))
                        .replaceAll("?");
        return new Caller(identity.agentId(), identity.scopes(), requestId(context), address(context), userAgent);
    }

    private void count(RoutingContext context, String id, Timer.Sample sample) {
        String method = context.request().method().name();
        String known = METHODS.contains(method) ? method : OTHER;
        String route = routeOf(context);
        int status = context.response().getStatusCode();
        meters.computeIfAbsent(labels(context, known, route, status), RequestMeters::of)
                .count(sample);
        if (status >= 400) {
            LOG.atLevel(level(context, route, status))
                    .addKeyValue("requestId", id)
                    .addKeyValue("method", known)
                    .addKeyValue("route", route)
                    .addKeyValue("status", status)
                    .log("Request refused");
        }
    }

    /** What is refused and could reach no operation is told apart by its status alone: strangers choose all the rest. */
    private static RequestMeters.Labels labels(RoutingContext context, String method, String route, int status) {
        Set<HttpMethod> allowed = context.get(ALLOWED, Set.of());
        return status < 400 || allowed.contains(context.request().method())
                ? new RequestMeters.Labels(method, route, status)
                : new RequestMeters.Labels(OTHER, UNKNOWN, status);
    }

    /** What strangers may have refused as often as they like would fill the log. */
    private Level level(RoutingContext context, String route, int status) {
        boolean isPaid = context.get(CHARGED, false);
        if (status >= 500 && !route.equals("/metrics") && (isPaid || isAmongTheFirst())) {
            return Level.WARN;
        }
        return isPaid ? Level.INFO : Level.DEBUG;
    }

    private boolean isAmongTheFirst() {
        long now = clock.instant().getEpochSecond();
        if (now != second) {
            second = now;
            unpaidFailures = 0;
        }
        return unpaidFailures++ < UNPAID_FAILURES;
    }
}
