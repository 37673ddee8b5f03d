package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The limit: exact, announced, per client or per address, and never steered by a header that nobody vouches for. */
final class RateLimitTest {
    private static final String NO_TOKEN = "/api/v1/agents";
    private static final int LIMIT = 5;

    private static RunningProduct limited(Map<String, String> more) {
        Map<String, String> settings = new java.util.HashMap<>(
                Map.of("RATE_LIMIT_MAX_REQUESTS", String.valueOf(LIMIT), "RATE_LIMIT_WINDOW_MS", "600000"));
        settings.putAll(more);
        return RunningProduct.start(settings);
    }

    @Test
    void theHeadersCountDownToTheRefusal() {
        try (RunningProduct product = limited(Map.of())) {
            Management management = Management.of(product); // one of five
            long reset = 0;
            for (int left = LIMIT - 2; left >= 0; left--) {
                Reply reply = management.get("/api/v1/agents");
                assertThat(reply.status()).isEqualTo(200);
                assertThat(reply.header("x-ratelimit-limit")).isEqualTo("5");
                assertThat(reply.header("x-ratelimit-remaining")).isEqualTo(String.valueOf(left));
                reset = Long.parseLong(reply.header("x-ratelimit-reset"));
            }
            Reply refused = management.get("/api/v1/agents");
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.text("code")).isEqualTo("RATE_LIMIT_EXCEEDED");
            assertThat(refused.header("x-ratelimit-remaining")).isEqualTo("0");
            assertThat(Long.parseLong(refused.header("x-ratelimit-reset"))).isBetween(reset - 1, reset + 1);
            long now = Instant.now().getEpochSecond();
            assertThat(Long.parseLong(refused.header("retry-after"))).isBetween(1L, reset - now + 2);
        }
    }

    @Test
    void aClientsBudgetIsItsOwnAndTheAddressHasAnother() {
        try (RunningProduct product = limited(Map.of())) {
            Management management = Management.of(product);
            Management.Agent agent = management.register(); // three of five
            Management other = management.as(agent, "");
            spend(product, "");
            assertThat(product.send("GET", NO_TOKEN, Map.of(), "").status()).isEqualTo(429);
            assertThat(management.get("/api/v1/agents").status()).isEqualTo(200);
            assertThat(other.get(agent.path() + "/credentials").header("x-ratelimit-remaining"))
                    .isEqualTo("3");
        }
    }

    @Test
    void aWindowThatIsOverGivesANewBudget() {
        try (RunningProduct product = limited(Map.of("RATE_LIMIT_WINDOW_MS", "1000"))) {
            Patience.until(
                    "the end of the budget",
                    () -> product.send("GET", NO_TOKEN, Map.of(), "").status(),
                    status -> status == 429);
            Patience.until(
                    "a new budget",
                    () -> product.send("GET", NO_TOKEN, Map.of(), "").status(),
                    status -> status == 401);
        }
    }

    @Test
    void healthAndMetricsAreNeverCounted() {
        try (RunningProduct product = limited(Map.of())) {
            for (int i = 0; i < 3 * LIMIT; i++) {
                for (String path : new String[] {"/health", "/health/live", "/health/ready", "/metrics"}) {
                    Reply reply = product.send("GET", path, Map.of(), "");
                    assertThat(reply.status()).isEqualTo(200);
                    assertThat(reply.header("x-ratelimit-limit")).isEmpty();
                }
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
    @ValueSource(strings = {"", "10.0.0.0/8", "127.0.0.2"})
    void aForwardedAddressIsNotBelievedFromAStranger(String trusted) {
        try (RunningProduct product = limited(Map.of("TRUSTED_PROXIES", trusted))) {
            for (int i = 0; i < LIMIT; i++) {
                assertThat(from(product, "198.51.100." + i).status()).isEqualTo(401);
            }
            assertThat(from(product, "198.51.100.200").status()).isEqualTo(429);
        }
    }

    /** Which of two callers behind a trusted proxy share a budget. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.1                | 198.51.100.1                | true",
                "198.51.100.1                | 198.51.100.2                | false",
                "6.6.6.6, 198.51.100.1       | 7.7.7.7, 198.51.100.1       | true",
                "198.51.100.1, 10.1.1.1      | 198.51.100.1, 10.2.2.2      | true",
                "198.51.100.1, 10.1.1.1      | 198.51.100.2, 10.1.1.1      | false",
                "2001:db8:1:2::1             | 2001:db8:1:2:ffff::9        | true",
                "2001:db8:1:2::1             | 2001:db8:1:3::1             | false",
                "2001:DB8:1:2:0:0:0:1        | 2001:db8:1:2::1             | true",
                "nonsense                    | other nonsense              | true",
                "198.51.100.1, nonsense      | 198.51.100.2, rubbish       | true",
            })
    void aTrustedProxyIsBelievedFromTheRight(String one, String other, boolean shared) {
        try (RunningProduct product = limited(Map.of("TRUSTED_PROXIES", "127.0.0.1, 10.0.0.0/8"))) {
            spend(product, one);
            assertThat(from(product, one).status()).isEqualTo(429);
            assertThat(from(product, other).status()).isEqualTo(shared ? 429 : 401);
        }
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
