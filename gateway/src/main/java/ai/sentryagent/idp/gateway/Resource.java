package ai.sentryagent.idp.gateway;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** What stands at one path: an endpoint for each of its methods. */
final class Resource implements Handler<RoutingContext> {
    private final Set<HttpMethod> allowed;
    private final Map<HttpMethod, Endpoint> endpoints = new HashMap<>();

    /** @param allowed the methods, in the order in which {@code Allow} names them */
    Resource(Set<HttpMethod> allowed) {
        this.allowed = allowed;
    }

    Set<HttpMethod> allowed() {
        return allowed;
    }

    void put(HttpMethod method, Endpoint endpoint) {
        endpoints.put(method, endpoint);
    }

    @Override
    public void handle(RoutingContext context) {
        Endpoint endpoint = endpoints.get(context.request().method());
        if (endpoint == null) {
            Unrouted.wrongMethod(context, allowed);
        } else {
            endpoint.handle(context);
        }
    }
}
