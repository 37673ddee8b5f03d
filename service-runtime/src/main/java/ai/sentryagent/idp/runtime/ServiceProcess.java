package ai.sentryagent.idp.runtime;

import ai.sentryagent.idp.runtime.cluster.Cluster;
import ai.sentryagent.idp.runtime.cluster.ClusterConfig;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.ProcessConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.runtime.config.SettingsSource;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process: its Vert.x, its verticles in the order given, and the reverse of that order when it stops. */
public final class ServiceProcess {
    private static final Logger LOG = LoggerFactory.getLogger(ServiceProcess.class);

    /** Longer where the others cannot be reached: they will notice by themselves. */
    private static final Duration WITHDRAWN_WITHIN = Duration.ofSeconds(3);

    /**
     * Of one verticle, longer than a service takes that waits for each of its parts in vain; one that does not come to an
     * end shall not keep the others from theirs.
     */
    private static final Duration UNDEPLOYED_WITHIN = Duration.ofSeconds(30);

    private final Lobby lobby;
    private final ServiceRuntime runtime;
    private final Duration leaveAfter;
    private final Optional<Cluster> cluster;
    private final Deque<String> deployed = new ArrayDeque<>();

    private ServiceProcess(Lobby lobby, ServiceRuntime runtime, Duration leaveAfter, Optional<Cluster> cluster) {
        this.lobby = lobby;
        this.runtime = runtime;
        this.leaveAfter = leaveAfter;
        this.cluster = cluster;
    }

    /**
     * A main method's whole work for a process that has everything in it: start, stop cleanly on SIGTERM and SIGINT, or say
     * what is wrong and exit with 1.
     *
     * @param plan reads every setting and says what to deploy; nothing has been started when it runs
     */
    public static void main(String name, Function<Settings, List<Deployment>> plan) {
        run(name, () -> start(System.getenv(), plan));
    }

    /** The same for a process that finds the others in the cluster. */
    public static void memberMain(String name, Function<Settings, List<Deployment>> plan) {
        run(name, () -> join(System.getenv(), plan));
    }

    /** None keeps the next from it. */
    private static void reread(Runnable files) {
        try {
            files.run();
        } catch (Throwable e) {
            LOG.atError().setCause(e).log("What SIGHUP asked for could not be read");
        }
    }

    private static void run(String name, Supplier<Future<ServiceProcess>> start) {
        CompletableFuture<ServiceProcess> running = new CompletableFuture<>();
        // a signal is how one stops it, and no failure; before it runs there is nothing to lose
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            if (running.isDone()) {
                running.join().stop().otherwiseEmpty().await();
            }
            LogManager.shutdown();
            Runtime.getRuntime().halt(0);
        }));
        // before it runs the signal waits, because what has been read by then may be what was there before
        Hangup.then(() -> running.join().runtime().rereads().forEach(ServiceProcess::reread));
        start.get()
                .onSuccess(process -> {
                    running.complete(process);
                    LOG.atInfo().addKeyValue("service", name).log("Ready");
                })
                .onFailure(failure -> {
                    report(name, failure);
                    LogManager.shutdown();
                    Runtime.getRuntime().halt(1);
                });
    }

    /** Fails with {@link ConfigurationException} before anything has been started when a setting is wrong. */
    public static Future<ServiceProcess> start(
            Map<String, String> environment, Function<Settings, List<Deployment>> plan) {
        return open(environment, plan, false);
    }

    /** The same in the cluster. */
    public static Future<ServiceProcess> join(
            Map<String, String> environment, Function<Settings, List<Deployment>> plan) {
        return open(environment, plan, true);
    }

    /** What the settings say. */
    private record Intent(List<Deployment> deployments, ProcessConfig config, Optional<ClusterConfig> cluster) {
        static Intent read(Settings settings, Function<Settings, List<Deployment>> plan, boolean clustered) {
            if (clustered) {
                settings.insistOn("ISSUER_URL");
            }
            Intent intent = new Intent(
                    plan.apply(settings),
                    ProcessConfig.read(settings, clustered),
                    clustered ? Optional.of(ClusterConfig.read(settings)) : Optional.empty());
            settings.check();
            return intent;
        }
    }

    private static Future<ServiceProcess> open(
            Map<String, String> environment, Function<Settings, List<Deployment>> plan, boolean clustered) {
        Cryptography.preferNative();
        Lobby lobby = new Lobby();
        return Future.succeededFuture() // of no event loop: it must tell of a failure after the last of them has ended
                .compose(begin -> SettingsSource.load(lobby.vertx(), environment))
                .compose(settings -> lobby.vertx().executeBlocking(() -> Intent.read(settings, plan, clustered)))
                .compose(intent -> prepare(lobby, intent))
                .recover(failure -> lobby.close().transform(closed -> Future.failedFuture(failure)))
                .compose(Supplier::get);
    }

    /** Everything that comes before the first verticle, and then what is left to do. */
    private static Future<Supplier<Future<ServiceProcess>>> prepare(Lobby lobby, Intent intent) {
        return lobby.open(intent.config())
                .compose(opened -> lobby.join(intent.cluster()))
                .compose(member -> lobby.runtime(intent.config(), member)
                        .recover(failure -> lobby.leave(member).transform(left -> Future.failedFuture(failure)))
                        .map(runtime -> new ServiceProcess(
                                lobby, runtime, intent.config().leaveAfter(), member)))
                .map(process -> () -> process.deploy(intent.deployments()));
    }

    private Future<ServiceProcess> deploy(List<Deployment> deployments) {
        Future<Void> ready = Future.succeededFuture(); // of no event loop, as above
        if (cluster.isPresent()) {
            Cluster joined = cluster.get();
            ready = ready.compose(begin -> deploy(Deployment.one(process -> new Company(process, joined))));
        }
        for (Deployment deployment : deployments) {
            ready = ready.compose(done -> deploy(deployment));
        }
        return ready.onSuccess(done -> lobby.complete(true))
                .recover(failure -> stop().transform(stopped -> Future.failedFuture(failure)))
                .map(this);
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

    /**
     * Leaves without losing anything: readiness goes red, the others stop asking, what is under way is finished, and the
     * verticles go in reverse order, so that whoever asks goes before whoever answers.
     */
    public Future<Void> stop() {
        lobby.complete(false);
        runtime.leaving().set(true);
        Future<Void> unasked = cluster.map(Cluster::withdraw).orElse(Future.succeededFuture());
        return unasked.timeout(WITHDRAWN_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .otherwiseEmpty()
                .compose(withdrawn -> leaveAfter.isZero()
                        ? Future.succeededFuture()
                        : runtime.vertx().timer(leaveAfter.toMillis()))
                .compose(noticed -> undeployAll())
                .eventually(() -> runtime.vertx().close())
                .eventually(() -> lobby.leave(cluster))
                .eventually(lobby::close);
    }

    private Future<Void> undeployAll() {
        Vertx vertx = runtime.vertx();
        Future<Void> undeployed = Future.succeededFuture();
        while (!deployed.isEmpty()) {
            String id = deployed.pop();
            undeployed = undeployed.compose(done -> vertx.undeploy(id)
                    .timeout(UNDEPLOYED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                    .onFailure(failure -> LOG.atWarn().setCause(failure).log("A verticle did not end as it should"))
                    .otherwiseEmpty());
        }
        return undeployed;
    }

    public ServiceRuntime runtime() {
        return runtime;
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
