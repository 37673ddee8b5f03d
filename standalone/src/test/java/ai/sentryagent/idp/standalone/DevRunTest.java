package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs of the whole command. The folder is that of all the tests: setting up a new one takes longer than most of them. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
final class DevRunTest {
    /** What a shell may know of servers that are somebody's real ones. */
    private static final Map<String, String> SHELL = Map.of(
            "VAULT_ADDR", "http://vault.example:8200",
            "VAULT_TOKEN", "real",
            "DATABASE_URL", "postgresql://real:real@db.example/real",
            "PGHOST", "db.example",
            "REDIS_URL", "redis://redis.example",
            "BOOTSTRAP_EMAIL", "other@agents.example");

    /** Whoever renews a secret must hold what it gives. */
    private static final String ALL_SCOPES =
            "&scope=agents:read+agents:write+tokens:read+tokens:write+audit:read+keys:write";

    private final Path data;

    DevRunTest(@TempDir Path temp) {
        data = temp.resolve("data");
    }

    @AfterEach
    void end() {
        DevProcess.endAll();
    }

    private DevProcess dev(int port, Map<String, String> settings, String... more) throws IOException {
        return DevProcess.start(data, port, settings, more);
    }

    private Path devEnvFile() {
        return data.resolve("dev.env");
    }

    @Test
    void aSecondRunFindsEverythingOfTheFirstWhateverTheShellKnowsAndAFreshOneNothing()
            throws IOException, InterruptedException {
        int port = FreePort.next();
        DevProcess first = dev(port, Map.of());
        assertThat(first.output()).contains("curl -sS -u ");
        assertDevEnvIsForItsOwnerOnlyAndHasEveryName(first, port);
        Map<String, String> env = first.devEnv();
        assertThat(DevProcess.tokenStatus(env)).isEqualTo(200);
        first.stopsCleanly();
        Path auditKey = data.resolve("audit-signing.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(auditKey)))
                .isEqualTo("rw-------");
        String key = Files.readString(auditKey);

        DevProcess second = dev(port, SHELL);
        assertThat(auditKey).hasContent(key);
        assertThat(second.output()).contains("curl -sS -u ").contains(env.get("AGENTIDP_CLIENT_ID"));
        assertThat(DevProcess.tokenStatus(env)).isEqualTo(200);
        second.stopsCleanly();

        DevProcess fresh = dev(port, Map.of(), "--fresh");
        assertThat(fresh.output()).contains("curl -sS -u ").doesNotContain(env.get("AGENTIDP_CLIENT_ID"));
        assertThat(DevProcess.tokenStatus(fresh.devEnv())).isEqualTo(200);
        fresh.stopsCleanly();
    }

    @Test
    void aSecretThatDoesNotWorkAnyMoreIsNotAnnouncedAndTheNewOneIsKept() throws IOException, InterruptedException {
        DevProcess first = dev(FreePort.next(), Map.of(), "--fresh");
        assertThat(first.output()).contains("curl -sS -u ");
        String old = first.devEnv().get("AGENTIDP_CLIENT_SECRET");
        String renewed = rotated(first);
        first.stopsCleanly();

        DevProcess second = dev(FreePort.next(), Map.of());
        assertThat(second.output())
                .contains("no token with a secret that is known here", "--fresh")
                .doesNotContain("curl -sS -u ")
                .doesNotContain(old);
        second.stopsCleanly();

        Files.writeString(devEnvFile(), Files.readString(devEnvFile()).replace(old, renewed));
        DevProcess third = dev(FreePort.next(), Map.of());
        assertThat(third.output()).contains("curl -sS -u ").contains(renewed);
        assertThat(DevProcess.tokenStatus(third.devEnv())).isEqualTo(200);
        third.stopsCleanly();
    }

    /** The administrator's new secret. */
    private static String rotated(DevProcess run) throws IOException, InterruptedException {
        HttpClient http = HttpClient.newHttpClient();
        Map<String, String> env = run.devEnv();
        String token =
                new JsonObject(DevProcess.askForToken(http, env, ALL_SCOPES).body()).getString("access_token");
        String path = env.get("AGENTIDP_URL") + "/api/v1/agents/" + env.get("AGENTIDP_CLIENT_ID") + "/credentials";
        HttpRequest.Builder asked = HttpRequest.newBuilder().header("authorization", "Bearer " + token);
        String listed = http.send(asked.uri(URI.create(path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        String credential =
                new JsonObject(listed).getJsonArray("data").getJsonObject(0).getString("credentialId");
        HttpRequest rotate = asked.uri(URI.create(path + "/" + credential + "/rotate"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        return new JsonObject(
                        http.send(rotate, HttpResponse.BodyHandlers.ofString()).body())
                .getString("clientSecret");
    }

    @Test
    void itRunsWhereDigitsAreWrittenOtherwiseAndNamesAServerThatEndsByItself()
            throws IOException, InterruptedException {
        DevProcess run = dev(FreePort.next(), Map.of("JAVA_TOOL_OPTIONS", "-Duser.language=ar -Duser.country=EG"));
        assertThat(run.output()).contains("curl -sS -u ");
        assertThat(DevProcess.tokenStatus(run.devEnv())).isEqualTo(200);

        String pid = Files.readString(data.resolve("redis.pid")).strip();
        ProcessHandle.of(Long.parseLong(pid)).orElseThrow().destroyForcibly();
        assertThat(run.nextLine()).isEqualTo("agentidp: Redis has ended by itself: stop this, and start it again");
        run.terminate();
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void itSpeaksHttpsWithTheCertificateThatTheShellKnowsAlsoWhereNoNativeCodeCanBeLoaded()
            throws IOException, InterruptedException {
        int port = FreePort.next();
        Certified certified = Certified.by(new CertificateAuthority(Instant.now()), "here");
        Map<String, String> shell = new HashMap<>(certified.settings());
        shell.put("JAVA_TOOL_OPTIONS", "-Dio.netty.handler.ssl.noOpenSsl=true");
        DevProcess run = dev(port, shell);
        assertThat(run.output()).contains("AgentIdP runs at https://localhost:" + port);
        assertThat(DevProcess.tokenStatus(new Visitor(certified.authority()).client(), run.devEnv()))
                .isEqualTo(200);
        run.stopsCleanly();
    }

    @Test
    void itSignsAsTheShellSaysAndMayBeToldOtherwiseNextTime() throws IOException, InterruptedException {
        DevProcess run = dev(FreePort.next(), Map.of("JWT_ALGORITHM", "ES256"), "--fresh");
        assertThat(run.output()).contains("curl -sS -u ");
        HttpResponse<String> answer = DevProcess.askForToken(HttpClient.newHttpClient(), run.devEnv());
        assertThat(algorithm(new JsonObject(answer.body()).getString("access_token")))
                .isEqualTo("ES256");
        run.stopsCleanly();

        DevProcess next = dev(FreePort.next(), Map.of("JWT_ALGORITHM", "RS256"));
        assertThat(next.output()).contains("curl -sS -u ");
        assertThat(DevProcess.tokenStatus(next.devEnv())).isEqualTo(200);
        next.stopsCleanly();
    }

    private static String algorithm(String token) {
        String header = token.substring(0, token.indexOf('.'));
        return new JsonObject(Buffer.buffer(Base64.getUrlDecoder().decode(header))).getString("alg");
    }

    private void assertDevEnvIsForItsOwnerOnlyAndHasEveryName(DevProcess run, int port) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(devEnvFile())))
                .isEqualTo("rw-------");
        assertThat(run.devEnv())
                .containsEntry("AGENTIDP_URL", "http://localhost:" + port)
                .containsEntry("AGENTIDP_METRICS", "")
                .containsOnlyKeys("AGENTIDP_URL", "AGENTIDP_CLIENT_ID", "AGENTIDP_CLIENT_SECRET", "AGENTIDP_METRICS");
    }

    @Test
    void aTakenPortIsSaidAndEndsWithOne() throws IOException, InterruptedException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DevProcess refused = dev(holder.getLocalPort(), Map.of());
            assertThat(refused.output()).contains("port " + holder.getLocalPort() + " is taken");
            assertThat(refused.exitCode()).isEqualTo(1);
        }
    }

    @Test
    void everyWrongSettingIsNamedOnALineOfItsOwn() throws IOException, InterruptedException {
        DevProcess refused = dev(FreePort.next(), Map.of("MAX_AGENTS", "many", "TOKEN_TTL_SECONDS", "0"));
        assertThat(refused.output().lines())
                .anyMatch(line -> line.startsWith("agentidp: MAX_AGENTS must be"))
                .anyMatch(line -> line.startsWith("agentidp: TOKEN_TTL_SECONDS must be"));
        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.servers()).isEmpty();
    }
}
