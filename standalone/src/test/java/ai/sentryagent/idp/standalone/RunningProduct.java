package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.runtime.Deployment;
import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.config.PemText;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.tokens.Jwks;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Gateway and services over real HTTP, with a database and a Redis of their own. */
final class RunningProduct implements AutoCloseable {
    static final String ADMIN_SECRET = "sk_live_" + "0123456789abcdef".repeat(4);
    static final String ALL_SCOPES = "agents:read agents:write tokens:read tokens:write audit:read keys:write";
    private static final ObjectMapper JSON = new ObjectMapper();
    static final PublishedContract CONTRACT = new PublishedContract();
    static final KeyPair KEY = key();

    private final ServiceProcess process;
    private final String url;
    private final Optional<String> ownDatabase;
    private volatile HttpClient http = HttpClient.newHttpClient();
    private volatile Observer observer = (headers, body, reply) -> {};

    private RunningProduct(ServiceProcess process, String url, Optional<String> ownDatabase) {
        this.process = process;
        this.url = url;
        this.ownDatabase = ownDatabase;
    }

    /** Whoever wants to know of every exchange. */
    @FunctionalInterface
    interface Observer {
        void saw(Map<String, String> headers, String body, Reply reply);
    }

    record Reply(int status, Map<String, List<String>> headers, JsonNode json) {
        String text(String member) {
            return json.path(member).asText();
        }

        /** Empty when it is not there. */
        String header(String name) {
            return String.join(", ", headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()));
        }
    }

    static RunningProduct start(Map<String, String> settings) {
        return starting(settings).timeout(60, TimeUnit.SECONDS).await();
    }

    /** For a test that does something while it starts. */
    static Future<RunningProduct> starting(Map<String, String> settings) {
        return running(settings, ServiceProcess::start);
    }

    /** The gateway, and of the services nothing but the signing keys, without which it does not start: there are none. */
    static RunningProduct startGateway(Map<String, String> settings) {
        Deployment keys = Deployment.one(runtime -> new NoKeys());
        return running(
                        settings,
                        (environment, plan) ->
                                ServiceProcess.start(environment, read -> List.of(keys, GatewayMain.deployment(read))))
                .timeout(60, TimeUnit.SECONDS)
                .await();
    }

    private static final class NoKeys extends VerticleBase {
        @Override
        public Future<?> start() {
            return TokenOperations.KEYS.serve(
                    Bus.on(vertx), (caller, question) -> Future.succeededFuture(new Jwks(List.of(), 60)));
        }
    }

    /** As one member of a cluster, in which there may be others. */
    static RunningProduct join(Map<String, String> settings) {
        return running(settings, ServiceProcess::join)
                .timeout(60, TimeUnit.SECONDS)
                .await();
    }

    private static Future<RunningProduct> running(
            Map<String, String> settings,
            BiFunction<Map<String, String>, Function<Settings, List<Deployment>>, Future<ServiceProcess>> start) {
        int port = FreePort.next();
        Map<String, String> environment = new HashMap<>(Map.of(
                "REDIS_URL", TestServers.freshRedis(),
                "SECRET_PEPPER", "5a".repeat(32),
                "BOOTSTRAP_CLIENT_SECRET", ADMIN_SECRET,
                "HOST", "127.0.0.1",
                "PORT", String.valueOf(port),
                "MANAGEMENT_PORT", "0",
                "POLICY_DIR", Path.of("..", "policies").toString()));
        environment.put("RATE_LIMIT_MAX_REQUESTS", "0");
        environment.putAll(signingWith(KEY));
        environment.putAll(settings);
        Optional<String> own =
                settings.containsKey("DATABASE_URL") ? Optional.empty() : Optional.of(TestServers.freshDatabase());
        own.ifPresent(database -> environment.put("DATABASE_URL", database));
        return start.apply(environment, StandaloneMain::plan)
                .map(process -> new RunningProduct(process, scheme(environment) + "://127.0.0.1:" + port, own))
                .recover(failure -> {
                    own.ifPresent(TestServers::drop);
                    return Future.failedFuture(failure);
                });
    }

    private static String scheme(Map<String, String> environment) {
        return environment.keySet().stream().anyMatch(name -> name.startsWith("TLS_CERTIFICATE")) ? "https" : "http";
    }

    /** The settings of a product that signs with this key. */
    static Map<String, String> signingWith(KeyPair key) {
        return Map.of(
                "JWT_PRIVATE_KEY", PemText.write("PRIVATE KEY", key.getPrivate().getEncoded()),
                "JWT_PUBLIC_KEY", PemText.write("PUBLIC KEY", key.getPublic().getEncoded()));
    }

    RunningProduct observedBy(Observer newObserver) {
        observer = newObserver;
        return this;
    }

    /** From now on it is asked by this client. */
    RunningProduct askedBy(HttpClient client) {
        http = client;
        return this;
    }

    String url() {
        return url;
    }

    /** A place of one's own on its bus. */
    Bus bus() {
        return Bus.on(process.runtime().vertx());
    }

    /** What its verticles run in. */
    ServiceRuntime runtime() {
        return process.runtime();
    }

    /** A token for the first administrator with every management scope. */
    String administrator() {
        return administrator(ALL_SCOPES);
    }

    String administrator(String scopes) {
        return token(administratorId(), ADMIN_SECRET, scopes).text("access_token");
    }

    String administratorId() {
        return Welcome.administrator(process);
    }

    Reply token(String clientId, String secret, String scope) {
        Map<String, String> form = new HashMap<>(
                Map.of("grant_type", "client_credentials", "client_id", clientId, "client_secret", secret));
        if (!scope.isEmpty()) {
            form.put("scope", scope);
        }
        return form("", "/api/v1/token", form);
    }

    Reply form(String bearer, String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send("POST", path, bearer, "application/x-www-form-urlencoded", body);
    }

    Reply json(String method, String path, String bearer, String body) {
        return send(method, path, bearer, "application/json", body);
    }

    Reply send(String method, String path, String bearer, String contentType, String body) {
        Map<String, String> headers = new HashMap<>();
        if (!body.isEmpty()) {
            headers.put("content-type", contentType);
        }
        if (!bearer.isEmpty()) {
            headers.put("authorization", "Bearer " + bearer);
        }
        return send(method, path, headers, body);
    }

    /** Every answer is held against the OpenAPI document. */
    Reply send(String method, String path, Map<String, String> headers, String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(Duration.ofSeconds(20))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Reply reply = reply(response);
            observer.saw(headers, body, reply);
            CONTRACT.check(method, path, reply);
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Reply reply(HttpResponse<String> response) throws IOException {
        boolean isJson = !response.body().isEmpty()
                && response.headers().firstValue("content-type").orElse("").startsWith("application/json");
        return new Reply(
                response.statusCode(),
                response.headers().map(),
                isJson ? JSON.readTree(response.body()) : JSON.getNodeFactory().textNode(response.body()));
    }

    @Override
    public void close() {
        process.stop().timeout(30, TimeUnit.SECONDS).await();
        ownDatabase.ifPresent(TestServers::drop);
    }

    static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2_048);
            return generator.generateKeyPair();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
