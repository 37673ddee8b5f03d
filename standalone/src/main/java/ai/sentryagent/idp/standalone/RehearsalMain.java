package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A development run that ends by itself, in a folder of its own: everything in one process, then in two of a cluster that
 * are this process, too, and some tokens from each. The JVM notes which classes that takes.
 */
final class RehearsalMain {
    /** Of two runs, fewer than the rate limit lets through. */
    private static final int TOKENS = 25;

    private RehearsalMain() {}

    public static void main(String[] arguments) throws IOException {
        String[] fresh = {"--fresh", "--data", arguments[0], "--port", String.valueOf(Ports.free())};
        DevRun alone = DevMain.run(fresh).orElseThrow();
        int status = 1;
        try {
            Map<String, String> environment = DevEnvironment.of(DevOptions.parse(List.of(fresh)), alone.servers());
            askForTokens(alone.process(), environment);
            cluster(environment, alone.servers().folder().path());
            status = 0;
        } catch (Throwable e) {
            System.err.println("agentidp: " + e);
        } finally {
            try {
                alone.stop();
            } finally {
                Runtime.getRuntime().halt(status);
            }
        }
    }

    private static void cluster(Map<String, String> environment, Path folder) throws IOException {
        Map<String, String> settings = new HashMap<>(environment);
        settings.put("PORT", String.valueOf(Ports.free()));
        DevCluster cluster = new DevCluster(settings, folder, List.of());
        ServiceProcess services = ServiceProcess.join(cluster.settingsOf("services"), StandaloneMain::services)
                .await();
        ServiceProcess gateway = ServiceProcess.join(
                        cluster.settingsOf("gateway"), given -> List.of(GatewayMain.deployment(given)))
                .await();
        askForTokens(services, settings);
        gateway.stop().await();
        services.stop().await();
    }

    /** What only a request takes is noted, too. Some may come before all is ready; if none gets its token, it is no rehearsal. */
    private static void askForTokens(ServiceProcess process, Map<String, String> environment) throws IOException {
        String client = Welcome.administrator(process) + ":" + environment.get(DevEnvironment.SECRET);
        HttpRequest request = HttpRequest.newBuilder(URI.create(DevEnvironment.url(environment) + "/api/v1/token"))
                .header(
                        "authorization",
                        "Basic " + Base64.getEncoder().encodeToString(client.getBytes(StandardCharsets.UTF_8)))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString("grant_type=client_credentials"))
                .build();
        HttpClient http = HttpClient.newHttpClient();
        boolean issued = false;
        try {
            for (int i = 0; i < TOKENS; i++) {
                issued |= http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!issued) {
            throw new IOException("No token was issued");
        }
    }
}
