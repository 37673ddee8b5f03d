package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The limit: exact, announced, per client or per address, and never steered by a header that nobody vouches for. Where the
 * proxy is trusted, tests share a product: each has clients, or addresses, of its own, and so a budget.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RateLimitTest {
    private static final String NO_TOKEN = "/api/v1/agents";
    private static final int LIMIT = 12;

    private final RunningProduct behindProxy = limited(Map.of("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"));
    private final Management management = Management.of(behindProxy); // one of twelve, and two for each registration

    private static RunningProduct limited(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(
                Map.of("RATE_LIMIT_MAX_REQUESTS", String.valueOf(LIMIT), "RATE_LIMIT_WINDOW_MS", "600000"));
        settings.putAll(more);
        return RunningProduct.start(settings);
    }

    @AfterAll
    void stop() {
        behindProxy.close();
    }

    @Test
    void theHeadersCountDownToTheRefusal() {
        Management.Agent agent = management.register();
        Management own = management.as(agent, ""); // one of twelve
        String path = agent.path() + "/credentials";
        long reset = 0;
        for (int left = LIMIT - 2; left >= 0; left--) {
            Reply reply = own.get(path);
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.header("x-ratelimit-limit")).isEqualTo(String.valueOf(LIMIT));
            assertThat(reply.header("x-ratelimit-remaining")).isEqualTo(String.valueOf(left));
            reset = Long.parseLong(reply.header("x-ratelimit-reset"));
        }
        Reply refused = own.get(path);
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text("code")).isEqualTo("RATE_LIMIT_EXCEEDED");
        assertThat(refused.header("x-ratelimit-remaining")).isEqualTo("0");
        assertThat(Long.parseLong(refused.header("x-ratelimit-reset"))).isBetween(reset - 1, reset + 1);
        long now = Instant.now().getEpochSecond();
        assertThat(Long.parseLong(refused.header("retry-after"))).isBetween(1L, reset - now + 2);
    }

    @Test
    void aClientsBudgetIsItsOwnAndTheAddressHasAnother() {
        String address = "203.0.113.1";
        Management.Agent agent = management.register();
        Management own = management.as(agent, ""); // one of twelve
        spend(behindProxy, address);
        assertThat(from(behindProxy, address).status()).isEqualTo(429);
        Map<String, String> headers = Map.of("authorization", "Bearer " + own.token(), "x-forwarded-for", address);
        Reply reply = behindProxy.send("GET", agent.path() + "/credentials", headers, "");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("x-ratelimit-remaining")).isEqualTo(String.valueOf(LIMIT - 2));
    }

    @Test
    void whoHoldsADeadTokenSpendsNoMoreThanTheBudgetOfTheirAddress() {
        String address = "203.0.113.3";
        Management.Agent agent = management.register();
        String token = management.as(agent, "").token();
        Map<String, String> form = Map.of(
                "authorization",
                OAuthCaller.basic(agent.id() + ":" + agent.secret()),
                "content-type",
                "application/x-www-form-urlencoded");
        assertThat(behindProxy
                        .send("POST", OAuthCaller.REVOKE, form, "token=" + token)
                        .status())
                .isEqualTo(200);

        Map<String, String> dead = Map.of("authorization", "Bearer " + token, "x-forwarded-for", address);
        for (int left = LIMIT - 1; left >= 0; left--) {
            Reply refused = behindProxy.send("GET", agent.path(), dead, "");
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("x-ratelimit-remaining")).isEqualTo(String.valueOf(left));
        }
        assertThat(behindProxy.send("GET", agent.path(), dead, "").status()).isEqualTo(429);

        Reply another = behindProxy.token(agent.id(), agent.secret(), "");
        assertThat(another.status()).isEqualTo(200);
        assertThat(another.header("x-ratelimit-remaining")).isEqualTo(String.valueOf(LIMIT - 3));
    }

    /** What is refused says when it would not be, to the second; whatever is sent before that second is refused, too. */
    @Test
    void aRequestAtTheTimeThatIsToldSucceedsAndNoneBefore() {
        try (RunningProduct product = limited(Map.of("RATE_LIMIT_WINDOW_MS", "2500"))) {
            Patience.until("the end of the budget", () -> from(product, "").status(), status -> status == 429);
            List<Refusal> refusals = new ArrayList<>();
            AtomicLong answered = new AtomicLong();
            Patience.until(
                    "a new budget",
                    () -> {
                        long sent = System.currentTimeMillis();
                        Reply reply = from(product, "");
                        answered.set(System.currentTimeMillis());
                        if (reply.status() == 429) {
                            refusals.add(Refusal.of(sent, reply));
                        }
                        return reply.status();
                    },
                    status -> status == 401);
            assertThat(refusals).isNotEmpty().allSatisfy(refused -> {
                assertThat(answered.get()).isGreaterThan(refused.sent() + (refused.retryAfter() - 1) * 1000);
                // counted from a moment between its being sent and answered
                long late = refused.answered() - refused.sent();
                assertThat(answered.get() + late).isGreaterThan((refused.reset() - 1) * 1000);
                // the last refusal was sent before the time that each of them told
                Refusal last = refusals.get(refusals.size() - 1);
                assertThat(last.sent()).isLessThan(refused.answered() + refused.retryAfter() * 1000);
                assertThat(last.sent()).isLessThan(refused.reset() * 1000);
            });
        }
    }

    private record Refusal(long sent, long answered, long retryAfter, long reset) {
        static Refusal of(long sent, Reply reply) {
            return new Refusal(
                    sent,
                    System.currentTimeMillis(),
                    Long.parseLong(reply.header("retry-after")),
                    Long.parseLong(reply.header("x-ratelimit-reset")));
        }
    }

    @Test
    void healthAndMetricsAreNeverCounted() {
        for (int i = 0; i < 3 * LIMIT; i++) {
            for (String path : new String[] {"/health", "/health/live", "/health/ready", "/metrics"}) {
                Reply reply = behindProxy.send("GET", path, Map.of("x-forwarded-for", "203.0.113.2"), "");
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("x-ratelimit-limit")).isEmpty();
            }
        }
    }

    @Test
    void zeroSwitchesTheLimitOff() {
        try (RunningProduct product = RunningProduct.start(Map.of("RATE_LIMIT_MAX_REQUESTS", "0"))) {
            for (int i = 0; i < 150; i++) {
                Reply reply = product.send("GET", NO_TOKEN, Map.of(), "");
                assertThat(reply.status()).isEqualTo(401);
                assertThat(reply.header("x-ratelimit-limit")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10.0.0.0/8, 127.0.0.2"})
    void aForwardedAddressIsNotBelievedFromAStranger(String trusted) {
        try (RunningProduct product = limited(Map.of("TRUSTED_PROXIES", trusted))) {
            for (int i = 0; i < LIMIT; i++) {
                assertThat(from(product, "198.51.100." + i).status()).isEqualTo(401);
            }
            assertThat(from(product, "198.51.100.200").status()).isEqualTo(429);
        }
    }

    /** Which of two callers behind a trusted proxy share a budget; each row has its own. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1                       | 198.51.100.1                       | true",
                "198.51.100.2                       | 198.51.100.3                       | false",
                "6.6.6.6, 198.51.100.4              | 7.7.7.7, 198.51.100.4              | true",
                "198.51.100.5, 10.1.1.1             | 198.51.100.5, 10.2.2.2             | true",
                "198.51.100.6, 10.1.1.1             | 198.51.100.7, 10.1.1.1             | false",
                "2001:db8:1:2::1                    | 2001:db8:1:2:ffff::9               | true",
                "2001:db8:1:3::1                    | 2001:db8:1:4::1                    | false",
                "2001:DB8:1:5:0:0:0:1               | 2001:db8:1:5::1                    | true",
                "198.51.100.10:40000                | 198.51.100.10:443                  | true",
                "198.51.100.11:443                  | 198.51.100.12:443                  | false",
                "[2001:db8:1:6::1]:40000            | 2001:db8:1:6::1                    | true",
                "[2001:db8:1:7::1]                  | [2001:db8:1:7::2]:443              | true",
                "198.51.100.8, nonsense             | other nonsense                     | true",
                "198.51.100.8, nonsense, 10.3.3.3   | 198.51.100.9, rubbish, 10.3.3.3    | true",
            })
    void aTrustedProxyIsBelievedFromTheRight(String one, String other, boolean shared) {
        spend(behindProxy, one);
        assertThat(from(behindProxy, one).status()).isEqualTo(429);
        assertThat(from(behindProxy, other).status()).isEqualTo(shared ? 429 : 401);
    }

    @Test
    void theAuditLogNamesTheCallerBehindTheProxy() {
        try (RunningProduct product = RunningProduct.start(Map.of("TRUSTED_PROXIES", "127.0.0.0/8"))) {
            Management management = Management.of(product);
            Map<String, String> headers = Map.of(
                    "authorization", "Bearer " + management.token(),
                    "content-type", "application/json",
                    "x-forwarded-for", "6.6.6.6, 2001:db8::7");
            Reply made = product.send(
                    "POST",
                    Management.AGENTS,
                    headers,
                    Management.registration().toString());
            assertThat(new AuditTrail(management)
                            .of(made.text("agentId"), "agent.created")
                            .path("ipAddress")
                            .asText())
                    .isEqualTo("2001:db8:0:0:0:0:0:7");
        }
    }

    private static void spend(RunningProduct product, String forwardedFor) {
        for (int i = 0; i < LIMIT; i++) {
            assertThat(from(product, forwardedFor).status()).isEqualTo(401);
        }
    }

    private static Reply from(RunningProduct product, String forwardedFor) {
        return product.send(
                "GET", NO_TOKEN, forwardedFor.isEmpty() ? Map.of() : Map.of("x-forwarded-for", forwardedFor), "");
    }
}
