package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code agentidp dev} as a process of its own, as the launcher starts it. */
record DevProcess(Process process, Path data) {
    private static final String READY = "The same is in";
    private static final Queue<Process> STARTED = new ConcurrentLinkedQueue<>();

    static DevProcess start(Path data, int port, Map<String, String> settings, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for seconds, and so do the others that it starts with the same.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-Dagentidp.home=" + Path.of("..").toRealPath(),
                "-cp",
                System.getProperty("java.class.path"),
                DevMain.class.getName(),
                "--data",
                data.toString(),
                "--port",
                String.valueOf(port)));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(settings);
        Process process = builder.start();
        STARTED.add(process);
        return new DevProcess(process, data);
    }

    /** Ends (SIGTERM) what a failed test has left. */
    static void endAll() {
        STARTED.forEach(Process::destroy);
        STARTED.clear();
    }

    /** What it printed until it was ready, or until its end. */
    String output() throws IOException {
        StringBuilder printed = new StringBuilder();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            printed.append(line).append('\n');
            if (line.startsWith(READY)) {
                break;
            }
        }
        return printed.toString();
    }

    /** What it prints after that. */
    String nextLine() throws IOException {
        return process.inputReader(StandardCharsets.UTF_8).readLine();
    }

    /** What it has written down for programs. */
    Map<String, String> devEnv() throws IOException {
        return Files.readAllLines(data.resolve("dev.env")).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    /** What the administrator of these gets who asks for a token. */
    static int tokenStatus(Map<String, String> env) throws IOException, InterruptedException {
        return tokenStatus(HttpClient.newHttpClient(), env);
    }

    /** The same through this client. */
    static int tokenStatus(HttpClient http, Map<String, String> env) throws IOException, InterruptedException {
        return askForToken(http, env).statusCode();
    }

    static HttpResponse<String> askForToken(HttpClient http, Map<String, String> env)
            throws IOException, InterruptedException {
        return askForToken(http, env, "");
    }

    /** With these parameters more. */
    static HttpResponse<String> askForToken(HttpClient http, Map<String, String> env, String more)
            throws IOException, InterruptedException {
        String pair = env.get("AGENTIDP_CLIENT_ID") + ":" + env.get("AGENTIDP_CLIENT_SECRET");
        HttpRequest request = HttpRequest.newBuilder(URI.create(env.get("AGENTIDP_URL") + "/api/v1/token"))
                .header(
                        "authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials" + more))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString());
    }

    int exitCode() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
        return process.exitValue();
    }

    /** SIGTERM, after which its output can still be read. */
    void terminate() {
        process.toHandle().destroy();
    }

    void stopsCleanly() throws InterruptedException {
        terminate();
        assertThat(exitCode()).isZero();
        assertThat(servers()).isEmpty();
    }

    /** The servers that run in its folder: each removes its file last of all when it ends. */
    List<String> servers() {
        return Stream.of("redis.pid", "postgres/postmaster.pid")
                .filter(file -> Files.exists(data.resolve(file)))
                .toList();
    }
}
