package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.ProcessConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.healthchecks.CheckResult;
import io.vertx.ext.healthchecks.HealthChecks;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process's own port for its operator: {@code /health/live}, {@code /health/ready} and {@code /metrics}, among which
 * {@code agentidp_ready} is 1 while it is.
 */
final class ManagementServer extends VerticleBase {
    /** Less than the metrics are asked for. */
    private static final Duration LOOKS_AGAIN_AFTER = Duration.ofSeconds(5);

    private final AtomicInteger ready = new AtomicInteger();
    private final HealthChecks readiness;
    private final PrometheusMeterRegistry metrics;
    private final ProcessConfig config;

    ManagementServer(HealthChecks readiness, PrometheusMeterRegistry metrics, ProcessConfig config) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.config = config;
    }

    @Override
    public Future<HttpServer> start() {
        Gauge.builder("agentidp_ready", ready, AtomicInteger::get).register(metrics);
        vertx.setPeriodic(LOOKS_AGAIN_AFTER.toMillis(), again -> check());
        Router router = Router.router(vertx);
        router.get("/health/live").handler(context -> context.json(new JsonObject().put("status", "ok")));
        router.get("/health/ready").handler(this::ready);
        MetricsPage page = new MetricsPage(vertx, metrics);
        router.get("/metrics").handler(context -> page.read()
                .onSuccess(text -> context.response()
                        .putHeader("content-type", MetricsPage.CONTENT_TYPE)
                        .end(text.slice()))
                .onFailure(context::fail));
        return vertx.createHttpServer()
                .requestHandler(router)
                .listen(config.managementPort(), config.managementHost())
                .recover(failure -> Future.failedFuture(
                        new ConfigurationException(List.of("MANAGEMENT_PORT " + config.managementPort() + " at "
                                + config.managementHost() + " cannot be listened at: " + failure.getMessage()))));
    }

    private void ready(RoutingContext context) {
        check().onSuccess(result -> {
            context.response().setStatusCode(CheckResult.isUp(result) ? 200 : 503);
            context.json(result.toJson());
        });
    }

    private Future<CheckResult> check() {
        return readiness.checkStatus().onSuccess(result -> ready.set(CheckResult.isUp(result) ? 1 : 0));
    }
}
