package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.standalone.dev.DevException;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.DevServers;
import io.vertx.core.Future;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.logging.log4j.LogManager;

/** {@code agentidp dev}: everything on this machine, with a Postgres and a Redis of its own, until Ctrl-C. */
public final class DevMain {
    private static final Duration SIGNAL_ARRIVES_WITHIN = Duration.ofMillis(200);

    private DevMain() {}

    /** Exits with 1 when it cannot start and says why on standard error; with 0 when a signal stops it, also in the start. */
    public static void main(String[] arguments) {
        run(arguments);
    }

    /** Runs it until a signal comes, and says what runs. */
    static Optional<DevRun> run(String[] arguments) {
        CompletableFuture<Optional<DevRun>> started = new CompletableFuture<>();
        stopOnSignal(started);
        try {
            started.complete(Optional.of(start(DevOptions.parse(List.of(arguments)))));
        } catch (ConfigurationException e) {
            e.problems().forEach(DevMain::complain);
            exit();
        } catch (Throwable e) { // an Error, too: once a signal has come the libraries fail in any way
            letASignalArrive();
            if (signalHasCome()) {
                started.complete(Optional.empty());
            } else {
                complain((e instanceof DevException ? "" : "cannot start: ") + e.getMessage());
                exit();
            }
        }
        return started.join();
    }

    private static DevRun start(DevOptions options) throws IOException {
        requireFree(options.port());
        // Set before the first logger is made, which is after the servers have taken the folder.
        System.setProperty(
                "agentidp.log",
                options.data().toAbsolutePath().resolve("agentidp.log").toString());
        System.setProperty("log4j2.configurationFile", "log4j2-dev.xml");
        System.setProperty("log4j.shutdownHookEnabled", "false");
        DevServers servers = DevServers.start(options.data(), options.fresh());
        try {
            if (signalHasCome()) {
                throw new CancellationException("A signal has come");
            }
            Map<String, String> environment = DevEnvironment.of(options, servers);
            DevRun running = options.cluster() ? cluster(options, environment, servers) : alone(environment, servers);
            if (!signalHasCome()) {
                Welcome.print(environment, running);
                servers.onDeath(DevMain::complain);
                running.cluster().ifPresent(cluster -> cluster.onDeath(DevMain::complain));
            }
            return running;
        } catch (Throwable e) {
            servers.close();
            throw e;
        }
    }

    private static DevRun alone(Map<String, String> environment, DevServers servers) {
        ServiceProcess process =
                ServiceProcess.start(environment, StandaloneMain::plan).await();
        return new DevRun(process, Optional.empty(), servers);
    }

    /** This process is the gateway; it starts the others as it was started, and waits for them. */
    private static DevRun cluster(DevOptions options, Map<String, String> environment, DevServers servers)
            throws IOException {
        List<String> jvmOptions = ManagementFactory.getRuntimeMXBean().getInputArguments();
        DevCluster cluster = new DevCluster(environment, servers.folder().path(), jvmOptions);
        try {
            System.out.println(
                    "Starting gateway and services, each in a process of its own. That takes half a minute.");
            cluster.start(options);
            Future<ServiceProcess> gateway = ServiceProcess.join(
                    cluster.settingsOf("gateway-1"), settings -> List.of(GatewayMain.deployment(settings)));
            cluster.awaitReady(DevMain::signalHasCome);
            return new DevRun(gateway.await(), Optional.of(cluster), servers);
        } catch (Throwable e) {
            cluster.close();
            throw e;
        }
    }

    /** A signal that comes during the start waits for its end: half-started servers could not be stopped cleanly. */
    private static void stopOnSignal(CompletableFuture<Optional<DevRun>> started) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Optional<DevRun> running = started.join();
            int status = 0;
            try {
                if (running.isPresent()) {
                    running.get().stop();
                }
            } catch (IOException e) {
                complain("did not stop cleanly: " + e.getMessage());
                status = 1;
            }
            Runtime.getRuntime().halt(status); // a signal is how one stops it, and no failure
        }));
    }

    private static boolean signalHasCome() {
        try {
            Runtime.getRuntime().removeShutdownHook(new Thread());
            return false;
        } catch (IllegalStateException e) { // the hooks are running
            return true;
        }
    }

    /** Ctrl-C reaches every program of the terminal, and one that sets up a server may end before this one hears of it. */
    private static void letASignalArrive() {
        LockSupport.parkNanos(SIGNAL_ARRIVES_WITHIN.toNanos());
    }

    /** On both loopback addresses: {@code localhost} means either, and curl tries that of IPv6 first. */
    private static void requireFree(int port) throws IOException {
        for (String loopback : List.of("127.0.0.1", "::1")) {
            try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getByName(loopback))) {
                probe.getLocalPort();
            } catch (SocketException e) {
                String reason = String.valueOf(e.getMessage());
                if (reason.contains("in use")) {
                    throw new IOException("port " + port + " is taken: name another with --port", e);
                }
                if (reason.contains("denied")) {
                    throw new IOException("port " + port + " is for root only: name another with --port", e);
                }
                // Else this machine lacks the address.
            }
        }
    }

    private static void complain(String what) {
        System.err.println("agentidp: " + what);
    }

    private static void exit() {
        LogManager.shutdown();
        Runtime.getRuntime().halt(1);
    }
}
