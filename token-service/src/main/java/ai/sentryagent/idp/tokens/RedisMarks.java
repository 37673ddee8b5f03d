package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.redis.RevocationKeys;
import ai.sentryagent.idp.runtime.redis.Script;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shared copy of the marks, which gateways read. Whenever Redis has been away, emptied or replaced, all marks are
 * written again before its sentinel says that they are there; see {@link RevocationKeys}.
 */
final class RedisMarks {
    private static final Logger LOG = LoggerFactory.getLogger(RedisMarks.class);
    private static final int BATCH = 500;

    /** Sets each key to its epoch unless a higher one is there, to live for so many milliseconds at least. */
    private static final Script RAISE = Script.of(
            """
            for i = 1, #KEYS do
                local epoch, ttl = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
                local known = tonumber(redis.call('GET', KEYS[i]) or '0')
                local left = redis.call('PTTL', KEYS[i])
                redis.call('SET', KEYS[i], string.format('%.0f', math.max(epoch, known)), 'PX', math.max(ttl, left))
            end
            return #KEYS
            """);

    private final RedisLink redis;
    private final Database database;
    private final RevocationTable table;
    private final Clock clock;
    private boolean filling;
    private boolean filled;

    RedisMarks(RedisLink redis, Database database, RevocationTable table, Clock clock) {
        this.redis = redis;
        this.database = database;
        this.table = table;
        this.clock = clock;
    }

    /** Fails when Redis does not have the marks afterwards. */
    Future<Void> raise(List<Mark> marks) {
        List<String> keys = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (Mark mark : marks) {
            long left = Duration.between(clock.instant(), mark.expiresAt()).toMillis();
            keys.add(mark.redisKey());
            arguments.add(String.valueOf(mark.epoch()));
            arguments.add(String.valueOf(Math.max(1, left)));
        }
        return redis.run(RAISE, keys, arguments).mapEmpty();
    }

    /** Whether the Redis we are connected to is known to hold every mark. */
    boolean isFilled() {
        return filled && redis.runId() != null;
    }

    /** Looks whether the sentinel is there, and fills Redis where it is not. Never fails. */
    Future<Void> ensureFilled() {
        String runId = redis.runId();
        if (runId == null || filling) {
            filled = filled && runId != null;
            return Future.succeededFuture();
        }
        filling = true;
        return redis.send(Request.cmd(Command.GET).arg(RevocationKeys.SENTINEL))
                .compose(sentinel -> saysFilled(sentinel, runId) ? Future.succeededFuture() : fill(runId))
                .onSuccess(done -> filled = true)
                .onFailure(failure -> {
                    filled = false;
                    LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Redis could not be filled");
                })
                .onComplete(done -> filling = false)
                .otherwiseEmpty();
    }

    private static boolean saysFilled(@Nullable Response sentinel, String runId) {
        return sentinel != null && runId.equals(sentinel.toString());
    }

    private Future<Void> fill(String runId) {
        LOG.atInfo().addKeyValue("runId", runId).log("Filling Redis with revocation marks");
        return fillAfter(null)
                .compose(done -> redis.send(
                        Request.cmd(Command.SET).arg(RevocationKeys.SENTINEL).arg(runId)))
                .mapEmpty();
    }

    private Future<Void> fillAfter(@Nullable Mark last) {
        return table.page(database.client(), last, BATCH)
                .compose(marks -> marks.isEmpty()
                        ? Future.succeededFuture()
                        : raise(marks).compose(done -> fillAfter(marks.get(marks.size() - 1))));
    }
}
