package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.UnderWay;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.schema.CanonicalUuid;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Who guesses. A failed authentication is charged to the address that it came from and to the client that it claimed to be,
 * and to nothing that others live on. Who comes when one of the two is spent is a suspect: a right secret is still good, and
 * everything else is refused before it costs a slow hash.
 */
final class FailedAttempts {
    private final RateLimit limit;
    private final Budgets budgets;
    private final LastSeen seen;
    private final UnderWay<String> underWay = new UnderWay<>();

    FailedAttempts(Vertx vertx, RedisLink redis, LocalRates rates, LastSeen seen, RateLimit limit) {
        this.limit = limit;
        this.seen = seen;
        this.budgets = new Budgets(vertx, redis, rates, limit.window().toMillis());
    }

    /** The two budgets that an attempt may be charged to; the address's is the first. */
    static List<String> budgets(String address, String clientId) {
        return List.of(
                "failures:" + Admission.address(address),
                "failures:"
                        + Admission.client(CanonicalUuid.parse(clientId)
                                .map(UUID::toString)
                                .orElse("malformed")));
    }

    /**
     * Makes one attempt, and charges it. Those that are under way count as if they had failed, because as many could be sent
     * at once.
     *
     * @param attempt is told whether a suspect makes it
     */
    <T> Future<T> watch(List<String> charged, Function<Boolean, Future<T>> attempt) {
        boolean suspect = isSuspect(charged);
        return underWay.count(charged, () -> attempt.apply(suspect));
    }

    boolean isSuspect(List<String> charged) {
        return charged.stream().anyMatch(budget -> seen.isSpent(budget, underWay.of(budget)));
    }

    /**
     * Charges the address, and the client while the address is within its budget: one address that goes on under names that it
     * makes up shall not fill Redis with a budget for each. Guesses at one client from many addresses are the client's all the
     * same, since each of those comes within its own budget first.
     *
     * @return the one that keeps a guesser waiting longest, or else is nearest to its end
     */
    Future<RateState> charge(List<String> charged) {
        if (limit.isOff()) {
            return Future.succeededFuture(RateState.UNLIMITED);
        }
        return budgets.chargeWhileWithin(charged, limit.failures()).map(states -> {
            for (int i = 0; i < states.size(); i++) {
                seen.remember(charged.get(i), states.get(i));
            }
            return states.stream()
                    .max(Comparator.comparing(RateState::isExceeded)
                            .thenComparing(
                                    state -> state.isExceeded() ? state.left().toMillis() : state.count()))
                    .orElseThrow();
        });
    }
}
