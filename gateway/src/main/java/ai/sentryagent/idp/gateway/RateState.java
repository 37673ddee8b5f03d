package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.http.HttpServerResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** Where a budget stands after a request was charged to it. */
record RateState(int limit, long count, Duration left) {
    static final RateState UNLIMITED = new RateState(0, 0, Duration.ZERO);

    boolean isExceeded() {
        return limit > 0 && count > limit;
    }

    /** For what is refused because of what is under way: nothing is left for as long as that takes. */
    RateState spent() {
        return limit == 0 || isExceeded() ? this : new RateState(limit, limit, Duration.ofSeconds(1));
    }

    void announce(HttpServerResponse response, Clock clock) {
        if (limit > 0) {
            response.putHeader("x-ratelimit-limit", String.valueOf(limit));
            response.putHeader("x-ratelimit-remaining", String.valueOf(Math.max(0, limit - count)));
            response.putHeader("x-ratelimit-reset", String.valueOf((clock.millis() + left.toMillis() + 999) / 1000));
        }
    }

    ServiceException exceeded() {
        return new ServiceException(
                ErrorCode.RATE_LIMIT_EXCEEDED,
                "Too many requests",
                Map.of("retryAfter", Math.max(1, (left.toMillis() + 999) / 1000)));
    }
}
