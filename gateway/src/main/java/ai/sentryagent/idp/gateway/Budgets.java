package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.redis.Script;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.stream.IntStream;

/** Budgets of one kind that all gateways share in Redis, and that each keeps a share of for itself while that is away. */
final class Budgets {
    /**
     * Counts one more and says when the window ends. A key lives up to and including the millisecond that it is given, so
     * that one less makes the next window begin when this one is said to end.
     */
    static final String COUNTED =
            """
            local function counted(key, window)
                local count = redis.call('INCR', key)
                local left = redis.call('PTTL', key)
                if left < 0 then
                    left = tonumber(window) - 1
                    redis.call('PEXPIRE', key, left)
                end
                return count, left + 1
            end
            """;

    /** Where there is a limit, until one has exceeded it. */
    private static final Script CHARGE = Script.of(
            COUNTED
                    + """
            local all = {}
            for _, key in ipairs(KEYS) do
                local count, left = counted(key, ARGV[1])
                table.insert(all, count)
                table.insert(all, left)
                if ARGV[2] and count > tonumber(ARGV[2]) then
                    break
                end
            end
            return all
            """);

    /** As long as it runs, Redis does nothing else. */
    static final int IN_ONE = 64;

    private final RedisLink redis;
    private final LocalRates rates;
    private final long windowMillis;
    private final Batcher<String, RateState> charges;

    Budgets(Vertx vertx, RedisLink redis, LocalRates rates, long windowMillis) {
        this.redis = redis;
        this.rates = rates;
        this.windowMillis = windowMillis;
        this.charges = new Batcher<>(vertx, this::charge, IN_ONE);
    }

    /** Charges it once, in one step with others that are charged at the same moment. */
    Future<RateState> charge(String budget) {
        return charges.add(budget);
    }

    private Future<List<RateState>> charge(List<String> budgets) {
        return redis.run(CHARGE, keys(budgets), List.of(String.valueOf(windowMillis)))
                .map(this::counted)
                .otherwise(away -> budgets.stream().map(rates::charge).toList());
    }

    /**
     * Charges one after the other, in one step, until one has spent more than it had; those behind it stay as they are. Says how
     * each stands that was charged.
     */
    Future<List<RateState>> chargeWhileWithin(List<String> budgets, int limit) {
        return redis.run(CHARGE, keys(budgets), List.of(String.valueOf(windowMillis), String.valueOf(limit)))
                .map(this::counted)
                .otherwise(away -> rates.chargeWhileWithin(budgets));
    }

    private static List<String> keys(List<String> budgets) {
        return budgets.stream().map(Budgets::key).toList();
    }

    static String key(String budget) {
        return "agentidp:rate:" + budget;
    }

    /** Of each, its count and what is left of its window. */
    private List<RateState> counted(Response answer) {
        return IntStream.range(0, answer.size() / 2)
                .map(i -> 2 * i)
                .mapToObj(at -> rates.counted(
                        answer.get(at).toLong(), answer.get(at + 1).toLong()))
                .toList();
    }
}
