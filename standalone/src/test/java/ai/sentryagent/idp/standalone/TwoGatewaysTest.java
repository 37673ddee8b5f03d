package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Limits are exact however many gateways and services there are: two of each, on one Postgres and one Redis. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TwoGatewaysTest {
    private static final int AGENTS = 60;
    private static final int QUOTA = 150;
    private static final int RATE = 400;
    private static final int MANY = 500;

    private final String database = TestServers.freshDatabase();
    private final String redis = TestServers.freshRedis();
    private final RunningProduct one = start();
    private final RunningProduct other = start();
    private final Management management = Management.of(one);

    private RunningProduct start() {
        return RunningProduct.start(Map.of(
                "DATABASE_URL",
                database,
                "REDIS_URL",
                redis,
                "ISSUER_URL",
                "http://localhost",
                "TRUSTED_PROXIES",
                "127.0.0.1",
                "MAX_AGENTS",
                String.valueOf(AGENTS),
                "MAX_TOKENS_PER_MONTH",
                String.valueOf(QUOTA),
                "RATE_LIMIT_MAX_REQUESTS",
                String.valueOf(RATE),
                "RATE_LIMIT_MAX_FAILURES",
                "7",
                "RATE_LIMIT_WINDOW_MS",
                "600000"));
    }

    @AfterAll
    void stop() {
        one.close();
        other.close();
    }

    private List<Reply> many(IntFunction<Reply> request) throws Exception {
        return Crowd.together(IntStream.range(0, MANY)
                .<Callable<Reply>>mapToObj(i -> () -> request.apply(i))
                .toList());
    }

    private RunningProduct either(int number) {
        return number % 2 == 0 ? one : other;
    }

    private static long with(List<Reply> replies, int status) {
        return replies.stream().filter(reply -> reply.status() == status).count();
    }

    @Test
    void theRateIsOneForAll() throws Exception {
        Map<String, String> address = Map.of("x-forwarded-for", "203.0.113.1");
        List<Reply> replies = many(i -> either(i).send("GET", Management.AGENTS, address, ""));
        assertThat(with(replies, 401)).isEqualTo(RATE);
        assertThat(with(replies, 429)).isEqualTo(MANY - RATE);
        assertThat(replies)
                .filteredOn(reply -> reply.status() == 401)
                .extracting(reply -> Integer.parseInt(reply.header("x-ratelimit-remaining")))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, RATE).boxed().toList());
    }

    @Test
    void guessesAreCountedOnceForAll() {
        for (int i = 0; i < 9; i++) {
            Reply guessed = either(i)
                    .send(
                            "POST",
                            OAuthCaller.TOKEN,
                            Map.of(
                                    "content-type",
                                    "application/x-www-form-urlencoded",
                                    "x-forwarded-for",
                                    "203.0.113.2"),
                            OAuthCaller.GRANT + "&client_id=nobody&client_secret=wrong");
            assertThat(guessed.status()).isEqualTo(i < 7 ? 401 : 429);
        }
    }

    /** Each caller's own rate is out of the way: an administrator makes agents, each of which makes some of the rest. */
    @Test
    void theAgentsAndTheQuotaAreExactWhenFiveHundredRace() throws Exception {
        Management.Agent client = management.register();
        List<Reply> issued = many(i -> either(i).token(client.id(), client.secret(), i % 3 == 0 ? "data:read" : ""));
        assertThat(with(issued, 200)).isEqualTo(QUOTA);
        assertThat(with(issued, 403) + with(issued, 429)).isEqualTo(MANY - QUOTA);
        assertThat(with(issued, 429)).isEqualTo(MANY - RATE);

        List<Management> callers =
                IntStream.range(0, 4).mapToObj(i -> registrar()).toList();
        int before = 1 + 1 + callers.size(); // the administrator, the client and they
        List<Reply> made = many(i -> either(i)
                .json(
                        "POST",
                        Management.AGENTS,
                        callers.get(i % callers.size()).token(),
                        Management.registration().toString()));
        assertThat(with(made, 201)).isEqualTo(AGENTS - before);
        assertThat(with(made, 403)).isEqualTo(MANY - AGENTS + before);
        assertThat(Sql.number(database, "SELECT count(*) FROM agents.agents WHERE status <> 'decommissioned'"))
                .isEqualTo(AGENTS);
        assertThat(Sql.number(
                        database,
                        "SELECT issued FROM tokens.token_monthly_counts WHERE client_id = '" + client.id() + "'"))
                .isEqualTo(QUOTA);
    }

    private Management registrar() {
        var registration = Management.registration();
        registration.putArray("scopes").add("agents:write");
        return management.as(management.register(registration), "agents:write");
    }
}
