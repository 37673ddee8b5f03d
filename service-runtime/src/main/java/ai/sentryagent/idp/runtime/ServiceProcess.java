package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.ProcessConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.SettingsSource;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.ext.healthchecks.Status;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsFactory;
import io.vertx.micrometer.MicrometerMetricsOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process: its Vert.x, its verticles in the order given, and the reverse of that order when it stops. */
public final class ServiceProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);

    private final ServiceRuntime runtime;
    private final Deque<String> deployed = new ArrayDeque<>();
    private volatile boolean complete;

    private ServiceProcess(ServiceRuntime runtime) {
        this.runtime = runtime;
        runtime.readiness().register("process", check -> check.complete(complete ? Status.OK() : Status.KO()));
    }

    /**
     * A main method's whole work: start, stop cleanly on SIGTERM and SIGINT, or say what is wrong and exit with 1.
     *
     * @param plan reads every setting and says what to deploy; nothing has been started when it runs
     */
    public static void main(String name, Function<Settings, List<Deployment>> plan) {
        start(System.getenv(), plan).onComplete(started -> {
            if (started.succeeded()) {
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    started.result().stop().await();
                    LogManager.shutdown();
                }));
                LOG.atInfo().addKeyValue("service", name).log("Ready");
            } else {
                report(name, started.cause());
                LogManager.shutdown();
                Runtime.getRuntime().halt(1);
            }
        });
    }

    /** Fails with {@link ConfigurationException} before anything has been started when a setting is wrong. */
    public static Future<ServiceProcess> start(
            Map<String, String> environment, Function<Settings, List<Deployment>> plan) {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Metrics.addRegistry(metrics);
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions().setPreferNativeTransport(true).setMetricsOptions(metricsOptions()))
                .withMetrics(new MicrometerMetricsFactory(metrics))
                .build();
        ServiceProcess process = new ServiceProcess(ServiceRuntime.on(vertx, metrics));
        return Future.succeededFuture() // of no event loop: it must tell of a failure after the last of them has ended
                .compose(begin -> SettingsSource.load(vertx, environment))
                .compose(settings -> process.deploy(settings, plan))
                .recover(failure -> process.stop().transform(stopped -> Future.failedFuture(failure)))
                .map(process);
    }

    /** Undeploys in reverse order, so that whoever asks goes before whoever answers. */
    public Future<Void> stop() {
        complete = false;
        Future<Void> stopped = Future.succeededFuture();
        while (!deployed.isEmpty()) {
            String id = deployed.pop();
            stopped = stopped.compose(done -> runtime.vertx().undeploy(id).otherwiseEmpty());
        }
        return stopped.eventually(() -> {
            Metrics.removeRegistry(runtime.metrics());
            return runtime.vertx().close();
        });
    }

    public ServiceRuntime runtime() {
        return runtime;
    }

    private Future<Void> deploy(Settings settings, Function<Settings, List<Deployment>> plan) {
        List<Deployment> deployments = plan.apply(settings);
        ProcessConfig config = ProcessConfig.read(settings);
        settings.check();
        Future<Void> ready = deploy(Deployment.one(lent -> new ManagementServer(lent, config)));
        for (Deployment deployment : deployments) {
            ready = ready.compose(done -> deploy(deployment));
        }
        return ready.onSuccess(done -> complete = true);
    }

    private Future<Void> deploy(Deployment deployment) {
        return runtime.vertx()
                .deployVerticle(
                        () -> deployment.verticle().apply(runtime),
                        new DeploymentOptions().setInstances(deployment.instances()))
                .map(id -> {
                    deployed.push(id);
                    return null;
                });
    }

    /** Vert.x's own HTTP meters would repeat ours with labels made of paths; pools and bus are worth having. */
    private static MicrometerMetricsOptions metricsOptions() {
        return new MicrometerMetricsOptions()
                .setEnabled(true)
                .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME))
                .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER)
                .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT)
                .addDisabledMetricsCategory(MetricsDomain.NET_SERVER);
    }

    private static void report(String name, Throwable failure) {
        if (failure instanceof ConfigurationException wrong) {
            wrong.problems().forEach(problem -> System.err.println(name + ": " + problem));
        } else {
            LOG.atError().setCause(failure).addKeyValue("service", name).log("Cannot start");
            System.err.println(name + ": cannot start: " + failure.getMessage());
        }
    }
}
