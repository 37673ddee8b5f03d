package ai.sentryagent.idp.runtime.redis;

import ai.sentryagent.idp.runtime.Meters;
import ai.sentryagent.idp.runtime.config.RedisConfig;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipelined connection to Redis that comes back by itself, and knows which run of which server it talks to: a
 * connection cannot outlive its server, so what holds for the run id holds for every command on this connection. Belongs
 * to one event loop.
 */
public final class RedisLink {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);
    private static final Duration RETRY_AFTER = Duration.ofMillis(250);
    private static final int WAITING = 4_096;

    private final Vertx vertx;
    private final Redis client;
    private final Map<String, Timer> timers = new HashMap<>();
    private @Nullable RedisConnection connection;
    private @Nullable String runId;
    private boolean closed;
    private Runnable whenConnected = () -> {};

    public RedisLink(Vertx vertx, RedisConfig config) {
        this.vertx = vertx;
        this.client = Redis.createClient(
                vertx,
                new RedisOptions()
                        .setConnectionString(config.url().value())
                        .setMaxWaitingHandlers(WAITING)
                        .setMaxPoolSize(1)
                        .setMaxPoolWaiting(8));
    }

    /** Tries to connect, and goes on trying in the background for ever; completes after the first attempt, either way. */
    public Future<Void> open() {
        return connect().otherwiseEmpty();
    }

    /** What to do on each new connection. */
    public void whenConnected(Runnable task) {
        whenConnected = task;
    }

    /** The {@code run_id} of the server at the other end; null while there is no connection. */
    public @Nullable String runId() {
        return runId;
    }

    /** Fails at once while there is no connection, and after half a second without an answer. */
    public Future<@Nullable Response> send(Request request) {
        RedisConnection current = connection;
        if (current == null) {
            return Future.failedFuture("Redis is not connected");
        }
        Timer timer =
                timers.computeIfAbsent(request.command().toString().toLowerCase(Locale.ROOT), Meters::redisCommand);
        Timer.Sample sample = Timer.start();
        return current.send(request)
                .timeout(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(done -> sample.stop(timer));
    }

    /** Runs a script by its hash, and sends it whole where this server has not seen it. */
    public Future<@Nullable Response> run(Script script, List<String> keys, List<String> arguments) {
        return send(script.byHash(keys, arguments))
                .recover(failure ->
                        isUnknownScript(failure) ? send(script.whole(keys, arguments)) : Future.failedFuture(failure));
    }

    /** Whether the server answers; never fails. */
    public Future<Boolean> answers() {
        return send(Request.cmd(Command.PING)).map(true).otherwise(false);
    }

    public Future<Void> close() {
        closed = true;
        return client.close();
    }

    private Future<Void> connect() {
        return client.connect()
                .timeout(2, TimeUnit.SECONDS)
                .compose(opened -> opened.send(Request.cmd(Command.INFO).arg("server"))
                        .timeout(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                        .onFailure(failure -> opened.close())
                        .<Void>map(info -> {
                            connected(opened, RunId.in(String.valueOf(info)));
                            return null;
                        }))
                .onFailure(failure -> {
                    LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Redis cannot be reached");
                    reconnectLater();
                });
    }

    private void connected(RedisConnection opened, String run) {
        connection = opened;
        runId = run;
        opened.exceptionHandler(failure -> lost(opened));
        opened.endHandler(end -> lost(opened));
        LOG.atInfo().addKeyValue("runId", run).log("Redis connected");
        whenConnected.run();
    }

    private void lost(RedisConnection broken) {
        if (connection == broken) {
            connection = null;
            runId = null;
            broken.close();
            reconnectLater();
        }
    }

    private void reconnectLater() {
        if (!closed) {
            vertx.setTimer(RETRY_AFTER.toMillis(), timer -> connect());
        }
    }

    private static boolean isUnknownScript(Throwable failure) {
        return String.valueOf(failure.getMessage()).startsWith("NOSCRIPT");
    }
}
