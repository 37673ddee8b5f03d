package ai.sentryagent.idp.runtime.redis;

import ai.sentryagent.idp.runtime.Meters;
import ai.sentryagent.idp.runtime.Outage;
import ai.sentryagent.idp.runtime.Pauses;
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
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
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
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(2);
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final int WAITING = 4_096;

    private final Vertx vertx;
    private final RedisOptions options;
    private final Map<Command, Timer> timers = new HashMap<>();
    private final Outage outage = Outage.of("redis");
    private final Pauses pauses;
    private Redis client;
    private @Nullable RedisConnection connection;
    private @Nullable String runId;
    private long answers;
    private boolean closed;
    private Runnable whenConnected = () -> {};

    public RedisLink(Vertx vertx, RandomGenerator random, RedisConfig config) {
        this.vertx = vertx;
        this.pauses = new Pauses(random, FIRST_PAUSE, LONGEST_PAUSE);
        this.options = new RedisOptions()
                .setConnectionString(config.url().value())
                .setNetClientOptions(config.connectOptions().setConnectTimeout((int) CONNECT_WITHIN.toMillis()))
                .setMaxWaitingHandlers(WAITING)
                .setMaxPoolSize(1);
        this.client = Redis.createClient(vertx, options);
    }

    private record Greeting(RedisConnection connection, String runId) {}

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
        return current == null ? Future.failedFuture("Redis is not connected") : send(current, request);
    }

    /**
     * Runs a script by its hash, and sends it whole where this server has not seen it: to the same server, because the
     * arguments may speak of its run.
     */
    public Future<@Nullable Response> run(Script script, List<String> keys, List<String> arguments) {
        RedisConnection current = connection;
        return current == null
                ? Future.failedFuture("Redis is not connected")
                : send(current, script.byHash(keys, arguments))
                        .recover(failure -> isUnknownScript(failure)
                                ? send(current, script.whole(keys, arguments))
                                : Future.failedFuture(failure));
    }

    /** Whether the server answers; never fails. */
    public Future<Boolean> answers() {
        return send(Request.cmd(Command.PING)).map(true).otherwise(false);
    }

    public Future<Void> close() {
        closed = true;
        outage.end();
        return client.close();
    }

    private Future<@Nullable Response> send(RedisConnection through, Request request) {
        Timer timer = timers.computeIfAbsent(
                request.command(),
                command -> Meters.redisCommand(command.toString().toLowerCase(Locale.ROOT)));
        Timer.Sample sample = Timer.start();
        long before = answers;
        return through.send(request)
                .onSuccess(answer -> answers++)
                .timeout(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(done -> {
                    sample.stop(timer);
                    if (done.cause() instanceof TimeoutException && answers == before) {
                        lost(through); // not one answer in all that time: the next request shall not wait for one
                    }
                });
    }

    /** Each attempt has a client of its own, because a pool keeps a connection that never answers. */
    private Future<Void> connect() {
        Redis attempt = client;
        return attempt.connect()
                .compose(opened -> opened.send(Request.cmd(Command.INFO).arg("server"))
                        .map(info -> new Greeting(opened, RunId.in(String.valueOf(info)))))
                .timeout(CONNECT_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(failure -> startOver(failure.getMessage()))
                .map(this::connected);
    }

    private @Nullable Void connected(Greeting greeting) {
        if (closed) {
            greeting.connection().close();
            return null;
        }
        connection = greeting.connection();
        runId = greeting.runId();
        outage.end();
        pauses.startOver();
        greeting.connection().exceptionHandler(failure -> lost(greeting.connection()));
        greeting.connection().endHandler(end -> lost(greeting.connection()));
        LOG.atInfo().addKeyValue("runId", runId).log("Redis connected");
        whenConnected.run();
        return null;
    }

    private void lost(RedisConnection broken) {
        if (connection == broken) {
            connection = null;
            runId = null;
            startOver("the connection was lost or fell silent");
        }
    }

    private void startOver(@Nullable String cause) {
        client.close();
        if (closed) {
            return;
        }
        if (outage.begin()) { // once an outage, not once an attempt
            LOG.atWarn().addKeyValue("cause", cause).log("Redis cannot be reached");
        }
        vertx.setTimer(pauses.next().toMillis(), timer -> {
            if (!closed) {
                client = Redis.createClient(vertx, options);
                connect();
            }
        });
    }

    private static boolean isUnknownScript(Throwable failure) {
        return String.valueOf(failure.getMessage()).startsWith("NOSCRIPT");
    }
}
