package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.Cryptography;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.Ports;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * A development run that ends by itself, in a folder of its own, which it is given, with what else {@code dev} may be given:
 * some tokens, and the end. The JVM, of each process if it is a cluster, notes which classes that takes.
 */
final class RehearsalMain {
    /** Fewer than the rate limit lets through. */
    private static final int TOKENS = 50;

    private RehearsalMain() {}

    public static void main(String[] arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of("--fresh", "--port", String.valueOf(Ports.free()), "--data"));
        words.addAll(List.of(arguments));
        DevRun run = DevMain.run(words.toArray(String[]::new)).orElseThrow();
        int status = 1;
        try {
            try {
                askForTokens(run.process(), DevEnvironment.of(DevOptions.parse(words), run.servers()));
                shakeHands(run.process().runtime().vertx());
            } finally {
                run.stop(); // a process that had to be killed has not noted all
            }
            status = 0;
        } catch (Throwable e) {
            System.err.println("agentidp: " + e);
        } finally {
            Runtime.getRuntime().halt(status);
        }
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

    /** What serving HTTPS takes beside that, so that the first who comes does not hold up an event loop for it. */
    private static void shakeHands(Vertx vertx) {
        Map<String, String> identity = new CertificateAuthority(Instant.now()).member("rehearsal");
        NetServer server = vertx.createNetServer(new NetServerOptions()
                        .setSsl(true)
                        .setSslEngineOptions(Cryptography.tlsEngine())
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .addCertValue(Buffer.buffer(identity.get("CLUSTER_CERTIFICATE")))
                                .addKeyValue(Buffer.buffer(identity.get("CLUSTER_PRIVATE_KEY")))))
                .connectHandler(NetSocket::close)
                .listen(0, "127.0.0.1")
                .await();
        vertx.createNetClient(new NetClientOptions()
                        .setSsl(true)
                        .setTrustAll(true)
                        .setHostnameVerificationAlgorithm("")
                        .setSslEngineOptions(Cryptography.tlsEngine()))
                .connect(server.actualPort(), "127.0.0.1")
                .compose(NetSocket::close)
                .await();
    }
}
