package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.MetricsPage;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import ai.sentryagent.idp.schema.tokens.Jwks;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.healthchecks.CheckResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What everybody may read: server metadata (RFC 8414), keys (RFC 7517), the API's description, health and metrics. */
final class PublicPages {
    private static final String CACHED = "public, max-age=300";

    private final Function<Caller, Future<Jwks>> keys;
    private final String issuer;
    private final Buffer openApi;
    private final HealthReport health;
    private final PublicMetrics metrics;
    private final SharedLook<Boolean> ready;

    /** @param keys asks for those that verify a live token */
    PublicPages(
            ServiceRuntime runtime,
            Function<Caller, Future<Jwks>> keys,
            String issuer,
            Buffer openApi,
            HealthReport health) {
        this.keys = keys;
        this.issuer = issuer;
        this.openApi = openApi;
        this.health = health;
        this.metrics = new PublicMetrics(new MetricsPage(runtime.vertx(), runtime.metrics())::read);
        // the checks are of another Vert.x: behind a timer of our own they are heard on our own event loop
        this.ready = new SharedLook<>(runtime.vertx(), () -> runtime.vertx()
                .timer(1)
                .compose(here -> runtime.readiness().checkStatus())
                .map(CheckResult::isUp));
    }

    Future<Answer> metadata(Exchange exchange) {
        return cached(serverMetadata());
    }

    /** There are no ID tokens here; clients that look for OpenID configuration find the same server. */
    Future<Answer> openIdConfiguration(Exchange exchange) {
        Map<String, Object> configuration = serverMetadata();
        configuration.put("subject_types_supported", List.of("public"));
        configuration.put("id_token_signing_alg_values_supported", List.of("RS256", "PS256", "ES256"));
        return cached(configuration);
    }

    Future<Answer> keys(Exchange exchange) {
        return keys.apply(exchange.caller()).map(jwks -> Answer.ok(Map.of("keys", jwks.keys()))
                .with("cache-control", "public, max-age=" + jwks.maxAgeSeconds()));
    }

    Future<Answer> openApi(Exchange exchange) {
        return Future.succeededFuture(
                new Answer(200, Map.of("content-type", "application/json", "cache-control", CACHED), openApi));
    }

    Future<Answer> health(Exchange exchange) {
        return health.ask();
    }

    Future<Answer> live(Exchange exchange) {
        return Future.succeededFuture(Answer.ok(Map.of("status", "ok")));
    }

    Future<Answer> ready(Exchange exchange) {
        return ready.take()
                .map(isUp -> isUp
                        ? Answer.ok(Map.of("status", "ok"))
                        : Answer.json(503, Map.of("status", "error")).with("retry-after", "1"));
    }

    Future<Answer> metrics(Exchange exchange) {
        return metrics.read(exchange.context());
    }

    private static Future<Answer> cached(Object document) {
        return Future.succeededFuture(Answer.ok(document).with("cache-control", CACHED));
    }

    private Map<String, Object> serverMetadata() {
        List<String> clientAuthentication = List.of("client_secret_basic", "client_secret_post");
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("issuer", issuer);
        metadata.put("token_endpoint", issuer + "/api/v1/token");
        metadata.put("introspection_endpoint", issuer + "/api/v1/token/introspect");
        metadata.put("revocation_endpoint", issuer + "/api/v1/token/revoke");
        metadata.put("jwks_uri", issuer + "/.well-known/jwks.json");
        metadata.put("scopes_supported", ManagementScopes.ALL);
        metadata.put("response_types_supported", List.of());
        metadata.put("grant_types_supported", List.of("client_credentials"));
        metadata.put("token_endpoint_auth_methods_supported", clientAuthentication);
        metadata.put(
                "introspection_endpoint_auth_methods_supported",
                List.of("client_secret_basic", "client_secret_post", "Bearer"));
        metadata.put("revocation_endpoint_auth_methods_supported", clientAuthentication);
        return metadata;
    }
}
