package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.redis.RevocationKeys;
import ai.sentryagent.idp.runtime.redis.Script;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.tokens.Marks;
import ai.sentryagent.idp.schema.tokens.Standing;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Revocation and rate in one round trip to Redis, which requests of the same moment share. Where Redis is away, or was not
 * filled since it started, token-service is asked about the token before the rate is charged; where it is away, here.
 */
final class Admission {
    private static final Script CHECK = Script.of(
            Budgets.COUNTED
                    + """
            local filled = redis.call('GET', KEYS[1]) == ARGV[1]
            local all = {}
            for i = 0, (#KEYS - 1) / 5 - 1 do
                local key = 2 + 5 * i
                local state = 0
                if filled then
                    state = 1
                    local marks = redis.call('MGET', KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], KEYS[key + 4])
                    if tonumber(marks[1] or '0') > tonumber(ARGV[3 + 2 * i])
                        or tonumber(marks[2] or '0') > tonumber(ARGV[4 + 2 * i]) or marks[3] or marks[4] then
                        state = 2
                    end
                end
                local count, left = 0, 0
                if state == 1 and tonumber(ARGV[2]) > 0 then
                    count, left = counted(KEYS[key], ARGV[2])
                end
                table.insert(all, state)
                table.insert(all, count)
                table.insert(all, left)
            end
            return all
            """);
    private static final int LIVE = 1;
    private static final int DEAD = 2;

    /** State, count, and what is left of the window. */
    private static final int OF_EACH = 3;

    private final RedisLink redis;
    private final Bus bus;
    private final LocalRates rates;
    private final RateLimit limit;
    private final Budgets budgets;
    private final Batcher<Marks, Checked> checks;

    Admission(Vertx vertx, RedisLink redis, Bus bus, LocalRates rates, RateLimit limit) {
        this.redis = redis;
        this.bus = bus;
        this.rates = rates;
        this.limit = limit;
        this.budgets = new Budgets(vertx, redis, rates, limit.window().toMillis());
        this.checks = new Batcher<>(vertx, this::check, Budgets.IN_ONE);
    }

    /** What Redis alone says. */
    private record Checked(int state, RateState rate) {}

    /**
     * Charges the budget of the token's client if the token still lives, and is empty if it does not: who holds no more than a
     * dead token proves nothing, and could keep the client from going on with another.
     */
    Future<Optional<RateState>> admit(Marks token, Caller caller) {
        return checks.add(token)
                .compose(
                        checked -> switch (checked.state()) {
                            case LIVE -> Future.succeededFuture(Optional.of(checked.rate()));
                            case DEAD -> Future.succeededFuture(Optional.empty());
                            default -> standing(token, caller);
                        },
                        away -> away instanceof ServiceException // too much waits, and to ask elsewhere would be more
                                ? Future.failedFuture(away)
                                : standing(token, caller));
    }

    Future<RateState> charge(String budget) {
        return limit.isOff() ? Future.succeededFuture(RateState.UNLIMITED) : budgets.charge(budget);
    }

    static String client(String clientId) {
        return "client:" + clientId;
    }

    static String address(String address) {
        return "address:" + ClientAddress.budget(address);
    }

    private Future<Optional<RateState>> standing(Marks token, Caller caller) {
        return isLive(token, caller)
                .compose(live ->
                        live ? charge(budget(token)).map(Optional::of) : Future.succeededFuture(Optional.empty()));
    }

    /** As token-service knows it, which holds the truth. */
    Future<Boolean> isLive(Marks token, Caller caller) {
        return TokenOperations.STANDING.ask(bus, caller, token).map(Standing::live);
    }

    private static String budget(Marks token) {
        return client(token.agentId().toString());
    }

    private Future<List<Checked>> check(List<Marks> tokens) {
        List<String> keys = new ArrayList<>(List.of(RevocationKeys.SENTINEL));
        List<String> arguments = new ArrayList<>(List.of(
                String.valueOf(redis.runId()),
                limit.isOff() ? "0" : String.valueOf(limit.window().toMillis())));
        for (Marks token : tokens) {
            keys.add(Budgets.key(budget(token)));
            keys.add(RevocationKeys.agent(token.agentId()));
            keys.add(RevocationKeys.credential(token.credentialId()));
            keys.add(RevocationKeys.token(token.tokenId()));
            keys.add(RevocationKeys.key(token.keyId()));
            arguments.add(String.valueOf(token.agentEpoch()));
            arguments.add(String.valueOf(token.credentialEpoch()));
        }
        return redis.run(CHECK, keys, arguments)
                .compose(answer ->
                        answer == null ? Future.failedFuture("Redis gave no answer") : Future.succeededFuture(answer))
                .map(answer -> IntStream.range(0, tokens.size())
                        .mapToObj(i -> checked(answer, OF_EACH * i))
                        .toList());
    }

    private Checked checked(Response answer, int at) {
        RateState rate = limit.isOff() || answer.get(at).toInteger() != LIVE
                ? RateState.UNLIMITED
                : rates.counted(answer.get(at + 1).toLong(), answer.get(at + 2).toLong());
        return new Checked(answer.get(at).toInteger(), rate);
    }
}
