package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code agentidp dev} as a process of its own, as the launcher starts it. */
@Timeout(120)
final class DevRunTest {
    private static final String READY = "The same is in";

    @TempDir
    Path folder = Path.of("replaced");

    private Process dev(int port, Map<String, String> settings, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dagentidp.home=" + Path.of("..").toRealPath(),
                "-cp",
                System.getProperty("java.class.path"),
                DevMain.class.getName(),
                "--data",
                folder.resolve("data").toString(),
                "--port",
                String.valueOf(port)));
        command.addAll(List.of(more));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(settings);
        return builder.start();
    }

    /** What it printed until it was ready, or until its end. */
    private static String output(Process process) throws IOException {
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

    private Map<String, String> devEnv() throws IOException {
        return Files.readAllLines(folder.resolve("data").resolve("dev.env")).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    }

    private static int tokenStatus(Map<String, String> env) throws IOException, InterruptedException {
        String pair = env.get("AGENTIDP_CLIENT_ID") + ":" + env.get("AGENTIDP_CLIENT_SECRET");
        HttpRequest request = HttpRequest.newBuilder(URI.create(env.get("AGENTIDP_URL") + "/api/v1/token"))
                .header(
                        "authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void stopsCleanly(Process process) throws InterruptedException {
        List<ProcessHandle> children = process.descendants().toList();
        process.destroy(); // SIGTERM
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(children).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aSecondRunFindsEverythingOfTheFirstAndAFreshOneNothing() throws IOException, InterruptedException {
        int port = freePort();
        Process first = dev(port, Map.of());
        assertThat(output(first)).contains("curl -s -u ");
        Map<String, String> env = devEnv();
        assertThat(tokenStatus(env)).isEqualTo(200);
        stopsCleanly(first);

        Process second = dev(port, Map.of("BOOTSTRAP_EMAIL", "other@agents.example"));
        assertThat(output(second)).contains(env.get("AGENTIDP_CLIENT_ID"));
        assertThat(tokenStatus(env)).isEqualTo(200);
        stopsCleanly(second);

        Process fresh = dev(port, Map.of(), "--fresh");
        assertThat(output(fresh)).contains("curl -s -u ").doesNotContain(env.get("AGENTIDP_CLIENT_ID"));
        assertThat(tokenStatus(devEnv())).isEqualTo(200);
        stopsCleanly(fresh);
    }

    @Test
    void aTakenPortIsSaidAndEndsWithOne() throws IOException, InterruptedException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process refused = dev(holder.getLocalPort(), Map.of());
            assertThat(output(refused)).contains("port " + holder.getLocalPort() + " is taken");
            assertThat(refused.waitFor()).isEqualTo(1);
        }
    }

    @Test
    void everyWrongSettingIsNamedOnALineOfItsOwn() throws IOException, InterruptedException {
        Process refused = dev(freePort(), Map.of("MAX_AGENTS", "many", "TOKEN_TTL_SECONDS", "0"));
        assertThat(output(refused).lines())
                .anyMatch(line -> line.startsWith("agentidp: MAX_AGENTS must be"))
                .anyMatch(line -> line.startsWith("agentidp: TOKEN_TTL_SECONDS must be"));
        assertThat(refused.waitFor()).isEqualTo(1);
    }
}
