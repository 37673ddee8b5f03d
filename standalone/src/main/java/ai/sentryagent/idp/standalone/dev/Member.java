package ai.sentryagent.idp.standalone.dev;

import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One process of a cluster on this machine. */
public final class Member implements AutoCloseable {
    /** By name, because its package knows this one. It takes the module's name as its argument. */
    private static final String MAIN = "ai.sentryagent.idp.standalone.MemberMain";

    private static final String MANAGEMENT_PORT = "MANAGEMENT_PORT";

    /** Whoever asks for it could not be asked how it is. */
    private static final String ANY = "0";

    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();

    private final String name;
    private final Process process;
    private final String managementPort;
    private final Optional<String> port;
    private volatile boolean toldToEnd;

    private Member(String name, Process process, String managementPort, Optional<String> port) {
        this.name = name;
        this.process = process;
        this.managementPort = managementPort;
        this.port = port;
    }

    /**
     * Starts it; {@link #isReady} says when it is up.
     *
     * @param module the module's name, {@code agent-service} and so on
     * @param name what this instance is called
     * @param settings its environment, and nothing else but {@code PATH}, and a {@code MANAGEMENT_PORT} unless one is named
     * @param log where its log goes
     */
    public static Member start(
            String module, String name, Map<String, String> settings, Path log, List<String> jvmOptions)
            throws IOException {
        String given = settings.getOrDefault(MANAGEMENT_PORT, ANY);
        String managementPort = given.equals(ANY) ? String.valueOf(Ports.free()) : given;
        // Ctrl-C reaches every process of the terminal; the members wait for their turn instead.
        List<String> command =
                new ArrayList<>(List.of("sh", "-c", "trap '' INT; exec \"$@\"", name, ClassArchive.java()));
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, module));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        Map<String, String> environment = new HashMap<>(settings);
        environment.put(MANAGEMENT_PORT, managementPort);
        environment.put("PATH", System.getenv().getOrDefault("PATH", ""));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Member(
                name,
                builder.start(),
                managementPort,
                module.equals("gateway") ? Optional.ofNullable(settings.get("PORT")) : Optional.empty());
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    /** Where a gateway listens. */
    public Optional<String> port() {
        return port;
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Whether it has ended though nobody told it to. */
    public boolean hasDied() {
        return !toldToEnd && !isAlive();
    }

    /** Has this done when it ends though nobody told it to. */
    public void onDeath(Runnable work) {
        Future.fromCompletionStage(process.onExit()).onSuccess(ended -> {
            if (!toldToEnd) {
                work.run();
            }
        });
    }

    /** Where its metrics are. */
    public String metricsUrl() {
        return "http://127.0.0.1:" + managementPort + "/metrics";
    }

    /** Whether it says that it can take traffic. */
    public boolean isReady() {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort + "/health/ready"))
                .timeout(Duration.ofSeconds(3))
                .build();
        try {
            return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Asks it to leave (SIGTERM), which it does when it has finished what is under way. */
    public void terminate() {
        toldToEnd = true;
        process.destroy();
    }

    /** Ends it without a chance to say goodbye (SIGKILL). */
    public void kill() {
        toldToEnd = true;
        process.destroyForcibly();
    }

    /** Its exit code, once it has ended. */
    public int awaitEnd() throws IOException {
        try {
            if (!process.waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                kill();
                throw new IOException(name + " did not end within " + STOPPED_WITHIN.toSeconds() + " s");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        terminate();
        awaitEnd();
    }
}
