package ai.sentryagent.idp.standalone;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Not Vault: the few answers of Vault's HTTP API that the product needs, from memory, for one mount and one token. It knows no
 * policies and no soft deletion, keeps as few versions as a mount may, and its error texts are few. What it has more of are
 * faults.
 */
final class VaultStandIn implements AutoCloseable {
    static final String TOKEN = "hvs.stand-in-token";
    private static final String MOUNT = "secret";

    /** Of each path, destroyed ones included. */
    private static final int KEPT_VERSIONS = 3;

    private static final JsonObject DENIED = errors("permission denied");
    private static final String PAGE = "<html>not Vault</html>";

    /** How it behaves. */
    enum Fault {
        NONE,
        BROKEN_CONNECTION,
        SILENT,
        SEALED,
        FORBIDDEN,
        /** As where no engine is mounted; a 404 that does not say that a secret is not there. */
        NO_HANDLER,
        /** Somebody else answers, with 404 or as if it were done. */
        NOT_FOUND_PAGE,
        WELCOME_PAGE,
        /** What it was told is done, and nobody hears so. */
        LOST_ANSWERS
    }

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final Map<String, NavigableMap<Integer, JsonObject>> secrets = new ConcurrentHashMap<>();
    private final AtomicInteger renewals = new AtomicInteger();
    private final AtomicInteger reads = new AtomicInteger();
    private final int timeToLive;
    private final List<String> capabilities;
    private final Queue<Runnable> held = new ConcurrentLinkedQueue<>();
    private volatile @Nullable String kindToHold;
    private volatile Fault fault = Fault.NONE;

    /** @param timeToLive of the token, in seconds; 0 for one that never ends */
    VaultStandIn(int timeToLive) {
        this(timeToLive, List.of("root"), new HttpServerOptions());
    }

    /** @param capabilities what the token may do at any path */
    VaultStandIn(int timeToLive, List<String> capabilities, HttpServerOptions options) {
        this.timeToLive = timeToLive;
        this.capabilities = capabilities;
        this.server = vertx.createHttpServer(options)
                .requestHandler(this::handle)
                .listen(0, "127.0.0.1")
                .timeout(10, TimeUnit.SECONDS)
                .await();
    }

    String url() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    void behave(Fault next) {
        fault = next;
    }

    /** What is asked of {@code metadata}, or {@code data}, waits until it is let go, and is done then. */
    void hold(String kind) {
        kindToHold = kind;
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    void letGo() {
        kindToHold = null;
        for (Runnable next = held.poll(); next != null; next = held.poll()) {
            next.run();
        }
    }

    int renewals() {
        return renewals.get();
    }

    /** How often a secret was read. */
    int reads() {
        return reads.get();
    }

    @Override
    public void close() {
        vertx.close().timeout(10, TimeUnit.SECONDS).await();
    }

    private void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            switch (fault) {
                case BROKEN_CONNECTION -> request.connection().close();
                case SILENT -> {}
                case SEALED -> answer(request, 503, errors("Vault is sealed"));
                case FORBIDDEN -> answer(request, 403, DENIED);
                case NO_HANDLER -> answer(request, 404, noHandler(request.path()));
                case NOT_FOUND_PAGE -> request.response().setStatusCode(404).end(PAGE);
                case WELCOME_PAGE -> request.response().end(PAGE);
                case LOST_ANSWERS -> {
                    route(request.method(), request.path(), request.getParam("version"), body);
                    request.connection().close();
                }
                case NONE -> {
                    if (!TOKEN.equals(request.getHeader("x-vault-token"))) {
                        answer(request, 403, DENIED);
                    } else if (isHeld(request)) {
                        held.add(() -> answer(request, body));
                    } else {
                        answer(request, body);
                    }
                }
            }
        });
    }

    private boolean isHeld(HttpServerRequest request) {
        String kind = kindToHold;
        return kind != null && request.path().contains("/" + kind + "/");
    }

    private void answer(HttpServerRequest request, Buffer body) {
        Reply reply = route(request.method(), request.path(), request.getParam("version"), body);
        answer(request, reply.status(), reply.body());
    }

    private record Reply(int status, @Nullable JsonObject body) {}

    private Reply route(HttpMethod method, String path, @Nullable String version, Buffer body) {
        if (path.equals("/v1/auth/token/lookup-self")) {
            return data(new JsonObject().put("ttl", timeToLive).put("renewable", timeToLive > 0));
        }
        if (path.equals("/v1/auth/token/renew-self")) {
            renewals.incrementAndGet();
            return new Reply(200, new JsonObject().put("auth", new JsonObject().put("lease_duration", timeToLive)));
        }
        if (path.equals("/v1/sys/capabilities-self")) {
            JsonObject told = new JsonObject();
            body.toJsonObject().getJsonArray("paths").forEach(each -> told.put((String) each, capabilities));
            return data(told);
        }
        String[] parts = path.split("/", 5); // "", v1, mount, kind, and the rest
        if (parts.length < 5 || !parts[2].equals(MOUNT)) {
            return new Reply(404, noHandler(path));
        }
        return switch (method.name() + " " + parts[3]) {
            case "POST data" -> write(parts[4], body.toJsonObject());
            case "GET data" -> read(parts[4], version == null ? 0 : Integer.parseInt(version));
            case "GET metadata" -> metadata(parts[4]);
            case "DELETE metadata" -> {
                secrets.remove(parts[4]);
                yield new Reply(204, null);
            }
            case "POST destroy" -> {
                JsonArray versions = body.toJsonObject().getJsonArray("versions");
                versions(parts[4])
                        .replaceAll((number, secret) -> versions.contains(number) ? new JsonObject() : secret);
                yield new Reply(204, null);
            }
            default -> new Reply(405, errors("unsupported operation"));
        };
    }

    private Reply write(String path, JsonObject body) {
        NavigableMap<Integer, JsonObject> versions = secrets.computeIfAbsent(path, first -> new TreeMap<>());
        int latest = versions.isEmpty() ? 0 : versions.lastKey();
        if (body.getJsonObject("options", new JsonObject()).getInteger("cas", latest) != latest) {
            return new Reply(400, errors("check-and-set parameter did not match the current version"));
        }
        versions.put(latest + 1, body.getJsonObject("data"));
        versions.headMap(latest + 1 - KEPT_VERSIONS, true).clear();
        return data(new JsonObject().put("version", latest + 1));
    }

    private Reply read(String path, int version) {
        reads.incrementAndGet();
        NavigableMap<Integer, JsonObject> versions = versions(path);
        int number = version == 0 && !versions.isEmpty() ? versions.lastKey() : version;
        JsonObject secret = versions.get(number);
        if (secret == null) {
            return new Reply(404, new JsonObject().put("errors", new JsonArray()));
        }
        JsonObject metadata = new JsonObject().put("version", number).put("destroyed", secret.isEmpty());
        return new Reply(
                secret.isEmpty() ? 404 : 200,
                new JsonObject()
                        .put(
                                "data",
                                new JsonObject()
                                        .put("data", secret.isEmpty() ? null : secret)
                                        .put("metadata", metadata)));
    }

    private Reply metadata(String path) {
        if (!secrets.containsKey(path)) {
            return new Reply(404, new JsonObject().put("errors", new JsonArray()));
        }
        JsonObject versions = new JsonObject();
        versions(path)
                .forEach((number, secret) ->
                        versions.put(String.valueOf(number), new JsonObject().put("destroyed", secret.isEmpty())));
        return data(new JsonObject().put("versions", versions));
    }

    private NavigableMap<Integer, JsonObject> versions(String path) {
        return secrets.getOrDefault(path, new TreeMap<>());
    }

    private static Reply data(JsonObject data) {
        return new Reply(200, new JsonObject().put("data", data));
    }

    private static JsonObject noHandler(String path) {
        return errors("no handler for route \"" + path + "\". route entry not found.");
    }

    private static JsonObject errors(String text) {
        return new JsonObject().put("errors", new JsonArray().add(text));
    }

    private static void answer(HttpServerRequest request, int status, @Nullable JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(body == null ? "" : body.encode());
    }
}
