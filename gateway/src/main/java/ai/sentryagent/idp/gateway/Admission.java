package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.redis.RevocationKeys;
import ai.sentryagent.idp.runtime.redis.Script;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.tokens.Marks;
import ai.sentryagent.idp.schema.tokens.Standing;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Revocation and rate in one round trip to Redis. Where Redis is away, or was not filled since it started, token-service is
 * asked about the token, and rates are counted here.
 */
final class Admission {
    private static final Script CHECK = Script.of(
            """
            local state = 0
            if #KEYS > 2 and redis.call('GET', KEYS[1]) == ARGV[1] then
                state = 1
                local marks = redis.call('MGET', KEYS[3], KEYS[4], KEYS[5], KEYS[6])
                if tonumber(marks[1] or '0') > tonumber(ARGV[3])
                    or tonumber(marks[2] or '0') > tonumber(ARGV[4]) or marks[3] or marks[4] then
                    state = 2
                end
            end
            local count, left = 0, 0
            if tonumber(ARGV[2]) > 0 then
                count = redis.call('INCR', KEYS[2])
                left = redis.call('PTTL', KEYS[2])
                if left < 0 then
                    redis.call('PEXPIRE', KEYS[2], ARGV[2])
                    left = tonumber(ARGV[2])
                end
            end
            return {state, count, left}
            """);
    private static final int LIVE = 1;
    private static final int DEAD = 2;

    private final RedisLink redis;
    private final Bus bus;
    private final LocalRates rates;
    private final int limit;
    private final Duration window;

    Admission(RedisLink redis, Bus bus, LocalRates rates, int limit, Duration window) {
        this.redis = redis;
        this.bus = bus;
        this.rates = rates;
        this.limit = limit;
        this.window = window;
    }

    /** What Redis and, where need be, token-service say. */
    record Verdict(boolean live, RateState rate) {}

    /** Charges a client's budget and asks whether its token still lives. */
    Future<Verdict> admit(Marks token, Caller caller) {
        String budget = client(token.agentId().toString());
        return check(budget, token)
                .compose(
                        answer -> {
                            int state = answer.get(0).toInteger();
                            RateState rate = state(budget, answer);
                            return state == LIVE || state == DEAD
                                    ? Future.succeededFuture(new Verdict(state == LIVE, rate))
                                    : standing(token, caller, rate);
                        },
                        away -> standing(token, caller, rates.charge(budget)));
    }

    Future<RateState> charge(String budget) {
        if (limit == 0) {
            return Future.succeededFuture(new RateState(0, 0, Duration.ZERO));
        }
        return check(budget, null).map(answer -> state(budget, answer)).otherwise(away -> rates.charge(budget));
    }

    boolean isSpent(String budget) {
        return rates.isSpent(budget);
    }

    static String client(String clientId) {
        return "client:" + clientId;
    }

    static String address(String address) {
        return "address:" + ClientAddress.budget(address);
    }

    private Future<Verdict> standing(Marks token, Caller caller, RateState rate) {
        return TokenOperations.STANDING
                .ask(bus, caller, token)
                .map(Standing::live)
                .map(live -> new Verdict(live, rate));
    }

    private RateState state(String budget, Response answer) {
        return limit == 0
                ? new RateState(0, 0, Duration.ZERO)
                : rates.counted(budget, answer.get(1).toLong(), answer.get(2).toLong());
    }

    private Future<Response> check(String budget, @Nullable Marks token) {
        List<String> keys = new ArrayList<>(List.of(RevocationKeys.SENTINEL, "agentidp:rate:" + budget));
        List<String> arguments = new ArrayList<>(
                List.of(String.valueOf(redis.runId()), limit == 0 ? "0" : String.valueOf(window.toMillis())));
        if (token != null) {
            keys.add(RevocationKeys.agent(token.agentId()));
            keys.add(RevocationKeys.credential(token.credentialId()));
            keys.add(RevocationKeys.token(token.tokenId()));
            keys.add(RevocationKeys.key(token.keyId()));
            arguments.add(String.valueOf(token.agentEpoch()));
            arguments.add(String.valueOf(token.credentialEpoch()));
        }
        return redis.run(CHECK, keys, arguments)
                .compose(answer ->
                        answer == null ? Future.failedFuture("Redis gave no answer") : Future.succeededFuture(answer));
    }
}
