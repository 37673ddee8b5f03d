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
import java.util.List;

/**
 * Revocation and rate in one round trip to Redis. Where Redis is away, or was not filled since it started, token-service is
 * asked about the token, and rates are counted here.
 */
final class Admission {
    private static final Script CHECK = Script.of(
            Budgets.COUNTED
                    + """
            local state = 0
            if redis.call('GET', KEYS[1]) == ARGV[1] then
                state = 1
                local marks = redis.call('MGET', KEYS[3], KEYS[4], KEYS[5], KEYS[6])
                if tonumber(marks[1] or '0') > tonumber(ARGV[3])
                    or tonumber(marks[2] or '0') > tonumber(ARGV[4]) or marks[3] or marks[4] then
                    state = 2
                end
            end
            local count, left = 0, 0
            if tonumber(ARGV[2]) > 0 then
                count, left = counted(KEYS[2], ARGV[2])
            end
            return {state, count, left}
            """);
    private static final int LIVE = 1;
    private static final int DEAD = 2;

    private final RedisLink redis;
    private final Bus bus;
    private final LocalRates rates;
    private final RateLimit limit;
    private final Budgets budgets;

    Admission(RedisLink redis, Bus bus, LocalRates rates, RateLimit limit) {
        this.redis = redis;
        this.bus = bus;
        this.rates = rates;
        this.limit = limit;
        this.budgets = new Budgets(redis, rates, limit.window().toMillis());
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
                        away -> standing(token, caller, limit.isOff() ? RateState.UNLIMITED : rates.charge(budget)));
    }

    Future<RateState> charge(String budget) {
        return limit.isOff()
                ? Future.succeededFuture(RateState.UNLIMITED)
                : budgets.charge(List.of(budget)).map(states -> states.get(0));
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
        return limit.isOff()
                ? RateState.UNLIMITED
                : rates.counted(budget, answer.get(1).toLong(), answer.get(2).toLong());
    }

    private Future<Response> check(String budget, Marks token) {
        List<String> keys = List.of(
                RevocationKeys.SENTINEL,
                Budgets.key(budget),
                RevocationKeys.agent(token.agentId()),
                RevocationKeys.credential(token.credentialId()),
                RevocationKeys.token(token.tokenId()),
                RevocationKeys.key(token.keyId()));
        List<String> arguments = List.of(
                String.valueOf(redis.runId()),
                limit.isOff() ? "0" : String.valueOf(limit.window().toMillis()),
                String.valueOf(token.agentEpoch()),
                String.valueOf(token.credentialEpoch()));
        return redis.run(CHECK, keys, arguments)
                .compose(answer ->
                        answer == null ? Future.failedFuture("Redis gave no answer") : Future.succeededFuture(answer));
    }
}
