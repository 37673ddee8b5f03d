package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.standalone.dev.DevException;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.DevServers;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.logging.log4j.LogManager;

/** {@code agentidp dev}: everything on this machine, with a Postgres and a Redis of its own, until Ctrl-C. */
public final class DevMain {
    private DevMain() {}

    /** Exits with 1 when it cannot start and says why on standard error. */
    public static void main(String[] arguments) {
        try {
            run(DevOptions.parse(List.of(arguments)));
        } catch (ConfigurationException e) {
            e.problems().forEach(DevMain::complain);
            exit();
        } catch (DevException e) {
            complain(String.valueOf(e.getMessage()));
            exit();
        } catch (Exception e) { // what a future failed with comes out of await() as it is, declared or not
            complain("cannot start: " + e.getMessage());
            exit();
        }
    }

    private static void run(DevOptions options) throws IOException {
        requireFree(options.port());
        // Set before the first logger is made, which is after the servers have taken the folder.
        System.setProperty(
                "agentidp.log",
                options.data().toAbsolutePath().resolve("agentidp.log").toString());
        System.setProperty("log4j2.configurationFile", "log4j2-dev.xml");
        CompletableFuture<Running> running = new CompletableFuture<>();
        stopOnSignal(running);
        DevServers servers = DevServers.start(options.data(), options.fresh());
        try {
            Map<String, String> environment = DevEnvironment.of(options, servers);
            ServiceProcess process =
                    ServiceProcess.start(environment, StandaloneMain::plan).await();
            running.complete(new Running(process, servers));
            Welcome.print(options, environment, servers, process);
        } catch (Exception e) {
            servers.close();
            throw e;
        }
    }

    private record Running(ServiceProcess process, DevServers servers) {}

    /** A signal that comes during the start waits for its end: half-started servers could not be stopped cleanly. */
    private static void stopOnSignal(CompletableFuture<Running> running) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            Running all = running.join();
            int status = 0;
            all.process().stop().otherwiseEmpty().await();
            try {
                all.servers().close();
            } catch (IOException e) {
                complain("did not stop cleanly: " + e.getMessage());
                status = 1;
            }
            LogManager.shutdown();
            Runtime.getRuntime().halt(status); // a signal is how one stops it, and no failure
        }));
    }

    private static void requireFree(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            probe.getLocalPort();
        } catch (BindException e) {
            throw new IOException("port " + port + " is taken: name another with --port", e);
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
