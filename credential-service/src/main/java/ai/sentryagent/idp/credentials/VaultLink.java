package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Outage;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Vault's HTTP API, as far as secrets of KV v2 need it. Every call has a time within which it is answered, and so many may
 * wait. Whatever keeps Vault from answering, be it away, sealed or of another mind about our token, is SERVICE_UNAVAILABLE.
 */
final class VaultLink {
    private static final Logger LOG = LoggerFactory.getLogger(VaultLink.class);
    private static final int CONNECTIONS = 16;
    private static final int WAITING = 1_000;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
    private static final Duration SILENT_AT_MOST = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(2_500);
    /** Shorter than a proxy would keep an idle connection, so that none is used that is closed at the other end. */
    private static final Duration IDLE_AT_MOST = Duration.ofSeconds(20);

    private static final Duration REST_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final Duration QUIET_AFTER_REFUSAL = Duration.ofMinutes(1);

    private final HttpClient client;
    private final VaultAddress vault;
    private final Clock clock;
    private final Outage outage = Outage.of("vault");
    private Instant restUntil = Instant.EPOCH;
    private Instant quietUntil = Instant.EPOCH;

    VaultLink(ServiceRuntime runtime, VaultAddress vault) {
        this.vault = vault;
        this.clock = runtime.clock();
        boolean isTls = vault.uri().getScheme().equals("https");
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(isTls)
                .setDefaultHost(vault.uri().getHost().replaceAll("^\\[|]$", ""))
                .setDefaultPort(vault.uri().getPort() != -1 ? vault.uri().getPort() : isTls ? 443 : 80)
                .setKeepAliveTimeout((int) IDLE_AT_MOST.toSeconds())
                .setConnectTimeout((int) CONNECT_WITHIN.toMillis());
        this.client = runtime.vertx()
                .createHttpClient(
                        options, new PoolOptions().setHttp1MaxSize(CONNECTIONS).setMaxWaitQueueSize(WAITING));
    }

    /** What Vault said. */
    record Reply(int status, JsonObject body) {
        /** An object of the answer; empty when it is null or not there. */
        JsonObject part(String... names) {
            JsonObject part = body;
            for (String name : names) {
                part = part.getValue(name) instanceof JsonObject inner ? inner : new JsonObject();
            }
            return part;
        }

        /** Vault's own words, which hold no secret. */
        String errors() {
            return body.getValue("errors") instanceof JsonArray errors ? errors.encode() : "[]";
        }

        /** Whether it is Vault that says 404, of what is not there or not there any more, and not whatever else is there. */
        boolean isNothingThere() {
            boolean isEmptyWord = body.getValue("errors") instanceof JsonArray errors && errors.isEmpty();
            return status == 404 && (isEmptyWord || !part("data", "metadata").isEmpty());
        }

        /** Whether the latest version is another than the one that was to be. */
        boolean isOutrun() {
            return status == 400 && errors().contains("check-and-set parameter did not match");
        }

        /** Vault's consent; a page of somebody else's is none. */
        boolean isDone() {
            return status == 204 || (status / 100 == 2 && !body.isEmpty());
        }
    }

    /**
     * Stores the version after this one and answers with its number; empty when another has come after it already, and then
     * nothing is stored.
     *
     * @param latest 0 where there is none yet
     */
    Future<Optional<Integer>> write(String path, int latest, JsonObject secret) {
        JsonObject body = new JsonObject().put("data", secret).put("options", new JsonObject().put("cas", latest));
        return heard(HttpMethod.POST, path, body).map(reply -> {
            if (reply.isOutrun()) {
                return Optional.empty();
            }
            if (reply.isDone() && reply.part("data").getValue("version") instanceof Integer version) {
                return Optional.of(version);
            }
            throw refused(reply);
        });
    }

    /** One version; empty when it is not there or not there any more. */
    Future<Optional<JsonObject>> read(String path, int version) {
        return seek(path + "?version=" + version).map(reply -> {
            if (reply.isNothingThere()) {
                return Optional.empty();
            }
            if (reply.part("data").getValue("data") instanceof JsonObject secret) {
                return Optional.of(secret);
            }
            throw refused(reply);
        });
    }

    /** The versions whose secrets are still there. */
    Future<List<Integer>> versions(String path) {
        return seek(at("metadata", path)).map(reply -> {
            if (!reply.isNothingThere() && !reply.part("data").containsKey("versions")) {
                throw refused(reply);
            }
            JsonObject versions = reply.part("data", "versions");
            return versions.fieldNames().stream()
                    .filter(version -> !versions.getJsonObject(version).getBoolean("destroyed", false))
                    .map(Integer::valueOf)
                    .toList();
        });
    }

    Future<Void> destroy(String path, List<Integer> versions) {
        return versions.isEmpty()
                ? Future.succeededFuture()
                : send(HttpMethod.POST, at("destroy", path), new JsonObject().put("versions", versions))
                        .mapEmpty();
    }

    /** Destroys every version, and that there was one. */
    Future<Void> forget(String path) {
        return send(HttpMethod.DELETE, at("metadata", path), null).mapEmpty();
    }

    /** Has the own token live on, and answers with how long. */
    Future<Long> renewToken() {
        return send(HttpMethod.POST, "auth/token/renew-self", new JsonObject())
                .map(reply -> reply.part("auth").getLong("lease_duration", 0L));
    }

    /** What our token may do at each of these paths; empty when Vault does not tell. */
    Future<JsonObject> capabilities(List<String> paths) {
        return exchange(HttpMethod.POST, "sys/capabilities-self", new JsonObject().put("paths", paths))
                .map(reply -> reply.body().copy().mergeIn(reply.part("data"))); // it is said in both places
    }

    /** Whatever the answer to a reading is; fails when there is none. */
    Future<Reply> look(String path) {
        return exchange(HttpMethod.GET, path, null);
    }

    /** Whether it answers, and takes our token; never fails. */
    Future<Boolean> answers(Duration within) {
        return heard(HttpMethod.GET, "auth/token/lookup-self", null)
                .timeout(within.toMillis(), TimeUnit.MILLISECONDS)
                .map(reply -> {
                    if (!reply.isDone()) {
                        throw away(reply.status() + " " + reply.errors());
                    }
                    return true;
                })
                .otherwise(false);
    }

    /** False for a moment after a failure, so that those who can do without do not all wait for the next one. */
    boolean isWorthAsking() {
        return !clock.instant().isBefore(restUntil);
    }

    /** For what may not be there: that is an answer too. */
    private Future<Reply> seek(String path) {
        return heard(HttpMethod.GET, path, null).map(reply -> {
            if (!reply.isDone() && !reply.isNothingThere()) {
                throw refused(reply);
            }
            return reply;
        });
    }

    private Future<Reply> send(HttpMethod method, String path, @Nullable JsonObject body) {
        return heard(method, path, body).map(reply -> {
            if (!reply.isDone()) {
                throw refused(reply);
            }
            return reply;
        });
    }

    /** Whatever Vault says, unless it is that it cannot. */
    private Future<Reply> heard(HttpMethod method, String path, @Nullable JsonObject body) {
        return exchange(method, path, body)
                .recover(failure -> Future.failedFuture(
                        failure instanceof ConnectionPoolTooBusyException
                                ? new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many wait for Vault")
                                : away(String.valueOf(failure.getMessage()))))
                .map(reply -> {
                    if (reply.status() >= 500) {
                        throw away(reply.status() + " " + reply.errors());
                    }
                    if (reply.isDone()) {
                        noteAnswer();
                    }
                    return reply;
                });
    }

    private Future<Reply> exchange(HttpMethod method, String path, @Nullable JsonObject body) {
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setURI("/v1/" + path)
                .setConnectTimeout(CONNECT_WITHIN.toMillis())
                .setIdleTimeout(SILENT_AT_MOST.toMillis())
                .putHeader("X-Vault-Token", vault.token().value())
                .putHeader("X-Vault-Request", "true");
        return client.request(options)
                .compose(request -> body == null
                        ? request.send()
                        : request.putHeader("content-type", "application/json").send(body.toBuffer()))
                .compose(VaultLink::reply)
                .timeout(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    Future<Void> close() {
        outage.end();
        return client.close();
    }

    static String at(String kind, String path) {
        return path.replaceFirst("/data/agentidp/", "/" + kind + "/agentidp/");
    }

    private static Future<Reply> reply(HttpClientResponse response) {
        return response.body().map(body -> new Reply(response.statusCode(), json(body)));
    }

    private static JsonObject json(Buffer body) {
        try {
            return body.length() == 0 ? new JsonObject() : body.toJsonObject();
        } catch (DecodeException | ClassCastException e) {
            return new JsonObject(); // not Vault: its status will say so
        }
    }

    private void noteAnswer() {
        if (outage.isLasting()) {
            LOG.atInfo().log("Vault answers again");
        }
        outage.end();
        restUntil = Instant.EPOCH;
    }

    /** Nobody is asked for a moment: it would be in vain for every secret. */
    private ServiceException away(String cause) {
        restUntil = clock.instant().plus(REST_AFTER_FAILURE);
        if (outage.begin()) { // once an outage, not once a call
            LOG.atWarn().addKeyValue("cause", cause).log("Vault does not do what it is asked for");
        }
        return unavailable();
    }

    /** One thing is refused, or answered as KV v2 would not; others may be well. */
    private ServiceException refused(Reply reply) {
        if (!clock.instant().isBefore(quietUntil)) { // not once a call
            quietUntil = clock.instant().plus(QUIET_AFTER_REFUSAL);
            LOG.atWarn()
                    .addKeyValue("status", reply.status())
                    .addKeyValue("cause", reply.errors())
                    .log("Vault refuses what it is asked for");
        }
        return unavailable();
    }

    private static ServiceException unavailable() {
        return new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Vault is out of reach");
    }
}
