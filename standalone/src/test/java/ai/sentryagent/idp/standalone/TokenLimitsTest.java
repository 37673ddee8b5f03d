package ai.sentryagent.idp.standalone;

import static ai.sentryagent.idp.standalone.OAuthCaller.GRANT;
import static ai.sentryagent.idp.standalone.OAuthCaller.TOKEN;
import static ai.sentryagent.idp.standalone.OAuthCaller.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The month's quota, which is exact, and the rate limit, as the token endpoint tells of them. */
final class TokenLimitsTest {
    private final String database = TestServers.freshDatabase();

    private RunningProduct started(String setting, String value) {
        return RunningProduct.start(Map.of("DATABASE_URL", database, setting, value));
    }

    private long counted(Client client) throws SQLException {
        return Sql.number(
                database,
                "SELECT sum(issued) FROM tokens.token_monthly_counts WHERE client_id = '" + client.id() + "'");
    }

    @Test
    void eachClientHasAQuotaOfItsOwnAndRefusalsAreNotCounted() throws SQLException {
        try (RunningProduct product = started("MAX_TOKENS_PER_MONTH", "5")) {
            OAuthCaller caller = new OAuthCaller(product);
            Client busy = caller.register();
            Client second = caller.credential(busy.id(), "");
            List<Integer> statuses = IntStream.range(0, 16)
                    .parallel()
                    .mapToObj(i -> caller.issue(i % 2 == 0 ? busy : second, "").status())
                    .toList();
            assertThat(statuses).as("%s", statuses).containsOnly(200, 403);
            assertThat(statuses).filteredOn(status -> status == 200).hasSize(5);

            Reply refused = caller.issue(busy, "data:read");
            assertRefused(refused, 403, "access_denied");
            assertThat(refused.json().at("/details/limit").asInt()).isEqualTo(5);
            assertThat(refused.json().at("/details/current").asInt()).isEqualTo(5);
            assertThat(counted(busy)).isEqualTo(5);

            Client idle = caller.register();
            assertRefused(caller.issue(idle, "payroll:write"), 400, "invalid_scope");
            assertRefused(caller.issue(new Client(idle.id(), "", "wrong"), ""), 401, "invalid_client");
            assertThat(caller.issue(idle, "").status()).isEqualTo(200);
            assertThat(counted(idle)).isEqualTo(1);

            new Outboxes(database).untilEmpty();
            assertThat(caller.audited(busy.id(), "token.issued")).isEqualTo(5);
            assertThat(caller.audited(idle.id(), "token.issued")).isEqualTo(1);
        }
    }

    @Test
    void aQuotaIsOfACalendarMonthAndTheNextOneBringsAllOfItAgain() throws SQLException {
        try (RunningProduct product = started("MAX_TOKENS_PER_MONTH", "3")) {
            OAuthCaller caller = new OAuthCaller(product);
            Client client = caller.register();
            String ofClient = " WHERE client_id = '" + client.id() + "'";
            for (int month = 0; month < 2; month++) {
                assertThat(IntStream.range(0, 4)
                                .mapToObj(i -> caller.issue(client, "").status()))
                        .containsExactly(200, 200, 200, 403);
                assertThat(Sql.selectAll(
                                database,
                                "SELECT extract(day FROM month)::int FROM tokens.token_monthly_counts" + ofClient))
                        .hasSize(month + 1)
                        .containsOnly("1");
                Sql.update(
                        database,
                        "UPDATE tokens.token_monthly_counts SET month = month - interval '1 month'" + ofClient);
            }
        }
    }

    @Test
    void theCountsOfMonthsThatAreOverAreDeletedAndLastMonthsStay() throws SQLException {
        String counted = "SELECT count(*) FROM tokens.token_monthly_counts WHERE month < date_trunc('month', now())";
        Sql.update(
                database,
                """
                INSERT INTO tokens.token_monthly_counts (client_id, month, issued, last_granted)
                SELECT gen_random_uuid(), date_trunc('month', now() AT TIME ZONE 'UTC') - ago * interval '1 month', 1, 1
                FROM generate_series(1, 3) AS ago, generate_series(1, 1500)
                """);
        try (RunningProduct product = started("MAX_TOKENS_PER_MONTH", "3")) {
            assertThat(product.administrator()).isNotEmpty();
            Patience.until("last month's are left", () -> Sql.number(database, counted), left -> left <= 1_500);
        }
        assertThat(Sql.number(database, counted)).isEqualTo(1_500);
    }

    @Test
    void zeroIsNoQuotaButEveryTokenIsCountedAndAuditedAllTheSame() throws SQLException {
        try (RunningProduct product = started("MAX_TOKENS_PER_MONTH", "0")) {
            OAuthCaller caller = new OAuthCaller(product);
            Client client = caller.register();
            List<Integer> statuses = IntStream.range(0, 40)
                    .parallel()
                    .mapToObj(i -> caller.issue(client, "data:read").status())
                    .toList();
            assertThat(statuses).containsOnly(200);
            assertThat(counted(client)).isEqualTo(40);
            new Outboxes(database).untilEmpty();
            assertThat(caller.audited(client.id(), "token.issued")).isEqualTo(40);
        }
    }

    @Test
    void tooManyRequestsAreToldToSlowDownAndCostNoQuota() throws SQLException {
        try (RunningProduct product = started("RATE_LIMIT_MAX_REQUESTS", "4")) {
            OAuthCaller caller = new OAuthCaller(product);
            Client client = caller.register();
            for (int i = 0; i < 4; i++) {
                assertThat(caller.issue(client, "").headers())
                        .containsEntry("x-ratelimit-limit", List.of("4"))
                        .containsEntry("x-ratelimit-remaining", List.of(String.valueOf(3 - i)));
            }
            Reply refused = caller.issue(client, "");
            assertRefused(refused, 429, "slow_down");
            assertThat(refused.headers())
                    .containsKey("x-ratelimit-reset")
                    .hasEntrySatisfying("retry-after", seconds -> assertThat(seconds)
                            .singleElement()
                            .asString()
                            .matches("[1-9][0-9]?"));
            assertThat(counted(client)).isEqualTo(4);
        }
    }

    /** The guesses are charged to the address they come from, and the client goes on. */
    @Test
    void wrongSecretsAreToldToSlowDownAndTheRightOneIsNot() {
        try (RunningProduct product = started("RATE_LIMIT_MAX_REQUESTS", "4")) {
            OAuthCaller caller = new OAuthCaller(product);
            Client client = caller.register();
            String wrong = OAuthCaller.basic(client.id() + ":sk_live_" + "0".repeat(64));
            List<Integer> statuses = IntStream.range(0, 6)
                    .mapToObj(i -> caller.post(TOKEN, wrong, GRANT).status())
                    .toList();
            assertThat(statuses).containsExactly(401, 401, 401, 401, 429, 429);
            assertThat(caller.issue(client, "").status()).isEqualTo(200);
        }
    }

    @Test
    void whoeverGoesOnGuessingDoesNotFillTheLog() throws SQLException {
        try (RunningProduct product = started("RATE_LIMIT_MAX_REQUESTS", "4")) {
            OAuthCaller caller = new OAuthCaller(product);
            Client client = caller.register();
            String wrong = OAuthCaller.basic(client.id() + ":sk_live_" + "0".repeat(64));
            for (int i = 0; i < 40; i++) {
                caller.post(TOKEN, wrong, GRANT);
            }
            new Outboxes(database).untilEmpty();
            int loops = Runtime.getRuntime().availableProcessors(); // each learns for itself that the budget is spent
            assertThat(Sql.number(database, "SELECT count(*) FROM audit.audit_events WHERE action = 'auth.failed'"))
                    .isBetween(4L, 4L + loops);
        }
    }
}
