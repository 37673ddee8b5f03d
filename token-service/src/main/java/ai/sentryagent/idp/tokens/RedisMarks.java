package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.redis.RevocationKeys;
import ai.sentryagent.idp.runtime.redis.Script;
import ai.sentryagent.idp.schema.Rounds;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
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

    /** So few that Redis, which does one thing at a time, is at it for some two milliseconds. */
    private static final int PAGE = 1_000;

    /** Sets each key to its epoch unless a higher one is there, to live for so many milliseconds at least. */
    private static final Script RAISE = Script.of(
            """
            for i = 1, #KEYS do
                local epoch, ttl = ARGV[2 * i - 1], ARGV[2 * i]
                if not redis.call('SET', KEYS[i], epoch, 'PX', ttl, 'NX') then
                    local known = tonumber(redis.call('GET', KEYS[i]))
                    local left = redis.call('PTTL', KEYS[i])
                    redis.call('SET', KEYS[i], string.format('%.0f', math.max(tonumber(epoch), known)),
                        'PX', math.max(tonumber(ttl), left))
                end
            end
            return #KEYS
            """);

    /** Notes that a filling has begun. */
    private static final Script BEGIN = Script.of(
            """
            redis.call('HSET', KEYS[1], ARGV[1], '')
            return redis.call('PEXPIRE', KEYS[1], ARGV[2])
            """);

    /**
     * The sentinel is set only if what the filling began with is still there: else Redis was emptied meanwhile, or has not taken
     * a mark that the filling may have passed.
     */
    private static final Script FINISH = Script.of(
            """
            local begun = redis.call('HDEL', KEYS[2], ARGV[3])
            if begun == 1 then redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) end
            return begun
            """);

    /** The fillings that are under way, of all instances. */
    private static final String FILLINGS = RevocationKeys.SENTINEL + ":begun";

    private static final Duration FILLED_WITHIN = Duration.ofMinutes(10);

    /**
     * How long gateways go on believing a Redis that no token-service reaches any more: longer than one takes to be replaced
     * by the next, and than a look that is late.
     */
    private static final Duration BELIEVED_FOR = Duration.ofSeconds(10);

    private final RedisLink redis;
    private final Database database;
    private final RevocationTable table;
    private final ServiceRuntime runtime;
    private boolean filling;
    private @Nullable String filledRun;

    RedisMarks(RedisLink redis, Database database, RevocationTable table, ServiceRuntime runtime) {
        this.redis = redis;
        this.database = database;
        this.table = table;
        this.runtime = runtime;
    }

    /**
     * Fails when Redis does not have the marks afterwards. Then it is not to be believed until all are written again: one that
     * is full answers every check, and takes no mark.
     */
    Future<Void> raise(List<Mark> marks) {
        List<String> keys = new ArrayList<>();
        List<String> arguments = new ArrayList<>();
        for (Mark mark : marks) {
            long left = Duration.between(runtime.clock().instant(), mark.expiresAt())
                    .toMillis();
            keys.add(mark.redisKey());
            arguments.add(String.valueOf(mark.epoch()));
            arguments.add(String.valueOf(Math.max(1, left)));
        }
        return redis.run(RAISE, keys, arguments).<Void>mapEmpty().recover(failure -> distrust()
                .transform(done -> Future.failedFuture(failure)));
    }

    /** Whether the Redis we are connected to says that it holds every mark; never fails. */
    Future<Boolean> areThere() {
        String runId = redis.runId();
        return runId == null
                ? Future.succeededFuture(false)
                : redis.send(Request.cmd(Command.GET).arg(RevocationKeys.SENTINEL))
                        .map(sentinel -> saysFilled(sentinel, runId))
                        .otherwise(false);
    }

    /**
     * Writes all marks once a connection, because one of ours may have been lost with the connection before, and again
     * whenever the sentinel is missing; renews it where it is there, and takes it away where Redis may evict a mark. Never
     * fails.
     */
    Future<Void> ensureFilled() {
        String runId = redis.runId();
        if (runId == null || filling) {
            return Future.succeededFuture();
        }
        filling = true;
        return Future.succeededFuture()
                .compose(begin -> redis.send(Request.cmd(Command.INFO).arg("memory")))
                .compose(memory -> Eviction.isPossible(String.valueOf(memory))
                        ? distrust()
                                .compose(
                                        gone -> Future.failedFuture(
                                                "its maxmemory-policy lets it evict revocation marks: set noeviction, or no maxmemory"))
                        : areThere()
                                .compose(there -> there && runId.equals(filledRun) ? renew() : fill(runId))
                                .onSuccess(done -> filledRun = runId))
                .onFailure(failure ->
                        LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Redis could not be filled"))
                .onComplete(done -> filling = false)
                .otherwiseEmpty();
    }

    /** There is a new connection: what this process has written before may not have arrived. */
    void connected() {
        filledRun = null;
        ensureFilled();
    }

    /**
     * No gateway believes it from then on, nor because of a filling that has begun before. A Redis that throws keys away could
     * keep the sentinel and lose a mark, too.
     */
    private Future<Void> distrust() {
        filledRun = null;
        return redis.send(Request.cmd(Command.DEL).arg(RevocationKeys.SENTINEL).arg(FILLINGS))
                .mapEmpty();
    }

    private Future<Void> renew() {
        return redis.send(Request.cmd(Command.PEXPIRE)
                        .arg(RevocationKeys.SENTINEL)
                        .arg(BELIEVED_FOR.toMillis()))
                .mapEmpty();
    }

    private static boolean saysFilled(@Nullable Response sentinel, String runId) {
        return sentinel != null && runId.equals(sentinel.toString());
    }

    private Future<Void> fill(String runId) {
        LOG.atInfo().addKeyValue("runId", runId).log("Filling Redis with revocation marks");
        String filling = runtime.ids().get().toString();
        return redis.run(BEGIN, List.of(FILLINGS), List.of(filling, String.valueOf(FILLED_WITHIN.toMillis())))
                .compose(begun -> Rounds.untilLast(new Copying()::writeNext))
                .compose(done -> redis.run(
                        FINISH,
                        List.of(RevocationKeys.SENTINEL, FILLINGS),
                        List.of(runId, String.valueOf(BELIEVED_FOR.toMillis()), filling)))
                .compose(finished -> finished != null && finished.toInteger() == 1
                        ? Future.succeededFuture()
                        : Future.failedFuture("Redis was emptied, or did not take a mark, while it was filled"));
    }

    /** One reading of all marks, a page ahead of what is written: at most two pages are in memory. */
    private final class Copying {
        private Future<List<Mark>> ahead = table.page(database.client(), null, PAGE);

        /** Says whether that was the last. */
        Future<Boolean> writeNext() {
            return ahead.compose(marks -> {
                if (marks.isEmpty()) {
                    return Future.succeededFuture(true);
                }
                ahead = table.page(database.client(), marks.get(marks.size() - 1), PAGE);
                return raise(marks).map(false);
            });
        }
    }
}
