package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.gateway.contract.ApiContract;
import ai.sentryagent.idp.gateway.contract.ApiOperation;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.token.AccessTokenVerifier;
import ai.sentryagent.idp.runtime.token.KeySet;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.tokens.Jwks;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.healthchecks.Status;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Binds the HTTP contract: which operation of the document is whose work. */
final class GatewayVerticle extends VerticleBase {
    /** A connection on which nothing comes or goes; longer than any operation's timeout. */
    private static final Duration SILENT_AT_MOST = Duration.ofSeconds(75);

    /** Bytes of all headers, among which the longest bearer token finds room. */
    private static final int LONGEST_HEAD = 24 * 1024;

    private static final Duration FINISHED_WITHIN = Duration.ofSeconds(20);
    private static final Duration SERVICES_ANSWER_WITHIN = Duration.ofMillis(2_500);
    private static final Duration LOOK_FOR_KEYS_EVERY = Duration.ofSeconds(1);

    private final GatewayConfig config;
    private final ApiContract contract;
    private final DocumentationPage documentation;
    private final ServiceRuntime runtime;
    private final int loops;
    private @Nullable RedisLink redis;
    private @Nullable HttpServer server;

    /** @param loops how many of these run in this process */
    GatewayVerticle(
            GatewayConfig config,
            ApiContract contract,
            DocumentationPage documentation,
            ServiceRuntime runtime,
            int loops) {
        this.config = config;
        this.contract = contract;
        this.documentation = documentation;
        this.runtime = runtime;
        this.loops = loops;
    }

    @Override
    public Future<?> start() {
        Bus bus = Bus.on(vertx);
        RedisLink link = new RedisLink(vertx, runtime.random(), config.redis());
        redis = link;
        Function<Caller, Future<Jwks>> asked = caller -> TokenOperations.KEYS.ask(bus, caller, new Jwks.Question());
        KeySet keys = new KeySet(vertx, () -> asked.apply(Caller.system("gateway-keys")), runtime.clock());
        RateLimit limit = config.rateLimit();
        Admission admission = new Admission(vertx, link, bus, rates(limit.requests()), limit);
        int failures = limit.isOff() ? 0 : limit.failures();
        Gatekeeper gatekeeper = new Gatekeeper(
                bus,
                new AccessTokenVerifier(keys, config.tokens(), runtime.clock()),
                admission,
                new FailedAttempts(vertx, link, rates(failures), new LastSeen(runtime.clock(), failures), limit),
                runtime.clock());
        HealthReport health = new HealthReport(vertx, bus, link, config.policy());
        PublicPages pages = new PublicPages(
                runtime,
                caller -> keys.orKnown(asked.apply(caller)),
                config.tokens().issuer(),
                contract.openApiJson(config.tokens().issuer()),
                health);
        runtime.rereads().add(config.policy());
        runtime.readiness().register("services", SERVICES_ANSWER_WITHIN.toMillis(), check -> health.anyAnswers()
                .onSuccess(any -> check.tryComplete(any ? Status.OK() : Status.KO())));
        HttpServerOptions options = new HttpServerOptions()
                .setIdleTimeout((int) SILENT_AT_MOST.toSeconds())
                .setMaxHeaderSize(LONGEST_HEAD)
                // through a proxy that passes an Upgrade on, headers would come by that it never saw
                .setHttp2ClearTextEnabled(false)
                // nobody speaks WebSocket here: with these on, every connection has a handler that looks for it in each
                // message
                .setPerFrameWebSocketCompressionSupported(false)
                .setPerMessageWebSocketCompressionSupported(false);
        config.certificate().ifPresent(certificate -> {
            certificate.secure(options);
            runtime.rereads().add(certificate);
        });
        RequestFrame frame =
                new RequestFrame(runtime.ids(), config.addresses(), runtime.leaving()::get, runtime.clock());
        HttpServer http = vertx.createHttpServer(options)
                .requestHandler(router(bus, frame, gatekeeper, pages))
                .invalidRequestHandler(frame::refuse);
        server = http;
        vertx.setPeriodic(KeySet.LOAD_EVERY.toMillis(), tick -> keys.load());
        return Future.all(link.open(), loaded(keys))
                .compose(ready -> http.listen(config.port(), config.host())
                        .recover(failure ->
                                Future.failedFuture(new ConfigurationException(List.of("PORT " + config.port() + " at "
                                        + config.host() + " cannot be listened at: " + failure.getMessage())))))
                .onSuccess(listening -> config.certificate().ifPresent(certificate -> certificate.shownBy(listening)));
    }

    private LocalRates rates(int most) {
        return new LocalRates(runtime.clock(), most, loops, config.rateLimit().window());
    }

    /** Waits for token-service: a gateway without keys could only refuse. */
    private Future<Void> loaded(KeySet keys) {
        return Rounds.untilLast(() -> keys.load().map(true).recover(away -> vertx.timer(LOOK_FOR_KEYS_EVERY.toMillis())
                .map(false)));
    }

    /** Requests that are under way are finished. */
    @Override
    public Future<?> stop() {
        Future<Void> finished = server == null
                ? Future.succeededFuture()
                : server.shutdown(FINISHED_WITHIN.toSeconds(), TimeUnit.SECONDS);
        return finished.eventually(() -> redis == null ? Future.succeededFuture() : redis.close());
    }

    private Router router(Bus bus, RequestFrame frame, Gatekeeper gatekeeper, PublicPages pages) {
        AgentRoutes agents = new AgentRoutes(bus, config.root());
        CredentialRoutes credentials = new CredentialRoutes(bus);
        TokenEndpoints tokens = new TokenEndpoints(bus);
        KeyRoutes keys = new KeyRoutes(bus);
        AuditRoutes audit = new AuditRoutes(bus, gatekeeper);
        Router router = Router.router(vertx);
        router.route().handler(frame).handler(Unrouted::ambiguous);
        Map<String, Resource> resources = new LinkedHashMap<>();
        Map<String, Set<HttpMethod>> methods = contract.methods();
        RequestBody bodies = new RequestBody(runtime.clock());
        Turnstile turnstile = new Turnstile(runtime.random(), runtime.clock());
        for (ApiOperation operation : contract.operations()) {
            Function<Exchange, Future<Answer>> work =
                    switch (operation.id()) {
                        case "registerAgent" -> agents::register;
                        case "listAgents" -> agents::list;
                        case "getAgent" -> agents::get;
                        case "updateAgent" -> agents::update;
                        case "decommissionAgent" -> agents::decommission;
                        case "generateCredential" -> credentials::generate;
                        case "listCredentials" -> credentials::list;
                        case "rotateCredential" -> credentials::rotate;
                        case "revokeCredential" -> credentials::revoke;
                        case "issueToken" -> tokens::issue;
                        case "introspectToken" -> tokens::introspect;
                        case "revokeToken" -> tokens::revoke;
                        case "listSigningKeys" -> keys::list;
                        case "rotateSigningKey" -> keys::rotate;
                        case "withdrawSigningKey" -> keys::withdraw;
                        case "listAuditEvents" -> audit::list;
                        case "getAuditEvent" -> audit::get;
                        case "verifyAudit" -> audit::verify;
                        case "listAuditCheckpoints" -> audit::checkpoints;
                        case "proveAuditConsistency" -> audit::consistency;
                        case "proveAuditEvent" -> audit::proof;
                        case "exportAudit" -> audit::export;
                        case "getServerMetadata" -> pages::metadata;
                        case "getOpenIdConfiguration" -> pages::openIdConfiguration;
                        case "getJwks" -> pages::keys;
                        case "getOpenApi" -> pages::openApi;
                        case "getDocumentation" -> documentation::page;
                        case "getDocumentationPart" -> documentation::part;
                        case "getHealth" -> pages::health;
                        case "getLiveness" -> pages::live;
                        case "getReadiness" -> pages::ready;
                        case "getMetrics" -> pages::metrics;
                        default -> throw new IllegalStateException("Nobody works on " + operation.id());
                    };
            Endpoint endpoint = new Endpoint(operation, config.policy()::access, gatekeeper, turnstile, work);
            Resource resource = resources.computeIfAbsent(
                    operation.routePath(), path -> new Resource(methods.getOrDefault(operation.path(), Set.of())));
            operation.methods().forEach(method -> resource.put(method, endpoint));
        }
        // labelled before the body is read, so that a body that is too long counts for its route
        resources.forEach((path, resource) -> received(
                        router.route(path).handler(RequestFrame.route(path, resource.allowed())), bodies)
                .handler(resource));
        received(router.route(), bodies).handler(Unrouted::unknown);
        router.route().failureHandler(context -> Unrouted.failed(frame, context));
        // a path that cannot be decoded matches no route, not even one for failures
        router.errorHandler(400, Unrouted::malformed);
        return router;
    }

    /** What comes before an answer, once it is known whose: Vert.x tries a path's pattern once and then stays in its route. */
    private Route received(Route route, RequestBody bodies) {
        if (!config.corsOrigins().isEmpty()) {
            route.handler(new CrossOrigin(config.corsOrigins()));
        }
        return route.handler(bodies);
    }
}
