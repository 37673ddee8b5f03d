package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static ai.sentryagent.idp.standalone.OAuthCaller.TOKEN;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.RedisTalk;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Guesses have budgets of their own, of the address and of the client, and the holder of the right secret is never refused
 * for them. There is no pepper here and nothing is remembered of a client that is new, so that only a slow hash can tell.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GuessingTest {
    private static final int LIMIT = 3;
    private static final String BCRYPT = "\\{pool_name=\"bcrypt\",.*} ([0-9.]+)$";
    private static final Pattern HASHING = Pattern.compile("(?m)^vertx_pool_in_use" + BCRYPT);
    private static final Pattern HASHES = Pattern.compile("(?m)^vertx_pool_completed_total" + BCRYPT);

    private final String database = TestServers.freshDatabase();
    private final String redis = TestServers.freshRedis();
    private final RunningProduct product = RunningProduct.start(Map.of(
            "DATABASE_URL", database,
            "REDIS_URL", redis,
            "SECRET_PEPPER", "",
            "RATE_LIMIT_MAX_REQUESTS", "1000",
            "RATE_LIMIT_MAX_FAILURES", String.valueOf(LIMIT),
            "RATE_LIMIT_WINDOW_MS", "600000",
            "TRUSTED_PROXIES", "127.0.0.1"));
    private final OAuthCaller caller = new OAuthCaller(product);

    @AfterAll
    void stop() {
        product.close();
    }

    private Reply ask(String address, String clientId, String secret) {
        return product.send(
                "POST",
                TOKEN,
                Map.of("content-type", "application/x-www-form-urlencoded", "x-forwarded-for", address),
                GRANT + "&client_id=" + clientId + "&client_secret=" + secret);
    }

    private Reply right(String address, Client client) {
        return ask(address, client.id(), client.secret());
    }

    private Reply guess(String address, Client client) {
        return ask(address, client.id(), wrong());
    }

    private static String wrong() {
        return "sk_live_" + (UUID.randomUUID() + "" + UUID.randomUUID()).replace("-", "");
    }

    /** A hash is counted a moment after it has been handed over, and may have been answered with by then. */
    private double hashes() {
        Patience.until("no hash under way", () -> metric(HASHING), inUse -> inUse == 0);
        return metric(HASHES);
    }

    private double metric(Pattern pattern) {
        Matcher count =
                pattern.matcher(product.json("GET", "/metrics", "", "").json().asText());
        assertThat(count.find()).isTrue();
        return Double.parseDouble(count.group(1));
    }

    @Test
    void whoGuessesIsSlowedDownAndTheHolderIsNotAtTheSameAddressEither() {
        String address = "203.0.113.1";
        Client client = caller.register();
        for (int left = LIMIT - 1; left >= 0; left--) {
            Reply refused = guess(address, client);
            assertRefused(refused, 401, "invalid_client");
            assertThat(refused.header("x-ratelimit-limit")).isEqualTo(String.valueOf(LIMIT));
            assertThat(refused.header("x-ratelimit-remaining")).isEqualTo(String.valueOf(left));
        }
        Reply slowed = guess(address, client);
        assertRefused(slowed, 429, "slow_down");
        assertThat(Long.parseLong(slowed.header("retry-after"))).isBetween(590L, 600L);

        assertThat(right(address, client).status()).isEqualTo(200);
        assertThat(right("203.0.113.2", client).status()).isEqualTo(200);
        assertThat(right(address, caller.register()).status()).isEqualTo(200);
        assertThat(right(address, client).header("x-ratelimit-limit")).isEqualTo("1000");
        assertRefused(guess(address, client), 429, "slow_down");
    }

    @Test
    void guessesFromEverywhereAreChargedToTheClientThatTheyAreMadeAt() {
        Client client = caller.register();
        for (int i = 0; i < LIMIT; i++) {
            assertRefused(guess("203.0.113.1" + i, client), 401, "invalid_client");
        }
        assertRefused(guess("203.0.113.20", client), 429, "slow_down");
        assertRefused(guess("2001:db8::20", client), 429, "slow_down");
        assertRefused(guess("203.0.113.20", caller.register()), 401, "invalid_client");
        assertThat(right("203.0.113.10", client).status()).isEqualTo(200);
        assertThat(right("203.0.113.20", client).status()).isEqualTo(200);
    }

    /** They may be made up without end, and each would be a key that stays for a whole window. */
    @Test
    void whoGuessesOnBeyondTheBudgetOfTheAddressLeavesNoTraceOfTheClientsInRedis() throws IOException {
        for (int i = 0; i < LIMIT + 3; i++) {
            String clientId = UUID.randomUUID().toString();
            boolean within = i < LIMIT;
            assertThat(ask("203.0.113.80", clientId, wrong()).status()).isEqualTo(within ? 401 : 429);
            assertThat(RedisTalk.ask(redis, "EXISTS agentidp:rate:failures:client:" + clientId))
                    .isEqualTo(within ? ":1" : ":0");
        }
    }

    /** Java would read a UUID without its leading zero as the same. */
    @Test
    void whatIsNoClientIdIsChargedToNoClient() {
        Client client = caller.register();
        for (int i = 0; i <= LIMIT; i++) {
            ask("203.0.113.5" + i, client.id().substring(1), wrong());
        }
        assertThat(client.id()).startsWith("0");
        assertRefused(guess("203.0.113.60", client), 401, "invalid_client");
    }

    @Test
    void nobodyCanTellAnUnknownClientFromAKnownOneByWhenTheyAreSlowedDown() {
        Client unknown = new Client(UUID.randomUUID().toString(), "", "");
        List<Client> clients = List.of(caller.register(), unknown);
        assertThat(clients).allSatisfy(client -> {
            String address = "2001:db8:0:" + clients.indexOf(client) + "::1";
            List<Integer> statuses = IntStream.range(0, LIMIT + 2)
                    .mapToObj(i -> guess(address, client).status())
                    .toList();
            assertThat(statuses).containsExactly(401, 401, 401, 429, 429);
        });
    }

    /** However many are sent at once, as many may fail as the limit says, at each event loop. */
    @Test
    void whatIsSentAtOnceCostsNoMoreSlowHashesThanTheLimit() throws Exception {
        Client client = caller.register();
        double before = hashes();
        List<Callable<Reply>> crowd = IntStream.range(0, 100)
                .<Callable<Reply>>mapToObj(i -> () -> guess("203.0.113.40", client))
                .toList();
        List<Reply> replies = Crowd.together(crowd);
        // a busy machine has not done with a slow hash in time
        assertThat(replies).allSatisfy(reply -> assertThat(reply.status()).isIn(401, 429, 503));
        assertThat(replies).filteredOn(reply -> reply.status() == 401).hasSizeLessThanOrEqualTo(LIMIT);
        int loops = Runtime.getRuntime().availableProcessors();
        assertThat(hashes() - before).isBetween(1.0, (double) LIMIT * loops);
        assertThat(right("203.0.113.40", client).status()).isEqualTo(200);
    }

    /** The first administrator's secret may be a person's choice, of which no bit may be stored. */
    @Test
    void theAdministratorIsNotLockedOutEither() {
        String chosen = "correct-horse-battery-staple-and-more";
        try (RunningProduct other = RunningProduct.start(Map.of(
                "SECRET_PEPPER", "",
                "BOOTSTRAP_CLIENT_SECRET", chosen,
                "RATE_LIMIT_MAX_REQUESTS", "1000",
                "RATE_LIMIT_MAX_FAILURES", "1"))) {
            String id = other.administratorId();
            assertThat(other.token(id, "wrong", "").status()).isEqualTo(401);
            assertThat(other.token(id, "wrong", "").status()).isEqualTo(429);
            assertThat(other.token(id, chosen, "").status()).isEqualTo(200);
        }
    }

    @Test
    void whatASuspendedAgentTriesLeavesNoMoreRowsThanGuessesDo() throws SQLException {
        Client client = caller.register();
        assertThat(product.json("PATCH", OAuthCaller.AGENTS + client.id(), caller.admin(), "{\"status\":\"suspended\"}")
                        .status())
                .isEqualTo(200);
        for (int i = 0; i < 30; i++) {
            assertRefused(right("203.0.113.70", client), 400, "unauthorized_client");
        }
        new Outboxes(database).untilEmpty();
        String rows = "SELECT count(*) FROM audit.audit_events WHERE action = 'auth.failed' AND agent_id = '%s'";
        int loops = Runtime.getRuntime().availableProcessors();
        assertThat(Sql.number(database, rows.formatted(client.id()))).isBetween(1L, (long) LIMIT * loops);
    }

    /** A right secret is no guess, whatever became of the agent. */
    @Test
    void aSuspendedAgentIsToldSoHoweverManyGuess() {
        Client client = caller.register();
        assertThat(product.json("PATCH", OAuthCaller.AGENTS + client.id(), caller.admin(), "{\"status\":\"suspended\"}")
                        .status())
                .isEqualTo(200);
        for (int i = 0; i < LIMIT + 1; i++) {
            guess("203.0.113.50", client);
        }
        for (int i = 0; i < LIMIT + 1; i++) {
            assertRefused(right("203.0.113.50", client), 400, "unauthorized_client");
        }
    }
}
