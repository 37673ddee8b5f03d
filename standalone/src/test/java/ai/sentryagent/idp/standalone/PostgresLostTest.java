package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.cluster.Link;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Postgres gone without a word, as when its host loses power, and back at once at the same address. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class PostgresLostTest {
    private static final int ASKERS = 8;
    private static final Duration BACK_WITHIN = Duration.ofSeconds(25);

    private final String database = TestServers.freshDatabase();
    private final Link link = Link.open(FreePort.next(), URI.create(database).getPort());
    private final RunningProduct product = RunningProduct.start(Map.of(
            "DATABASE_URL",
            database.replace(":" + URI.create(database).getPort() + "/", ":" + link.port() + "/"),
            "MAX_TOKENS_PER_MONTH",
            "0"));
    private final Cast cast = Cast.on(product);

    PostgresLostTest() throws IOException {}

    @AfterAll
    void stop() throws IOException {
        product.close();
        link.close();
    }

    @Test
    void tokensAreIssuedAgainSoonAndNoneForThoseWhoHaveLeft() throws Exception {
        Member member = cast.member();
        Crowd crowd = new Crowd();
        try (crowd) {
            crowd.keepAsking(ASKERS, () -> cast.ask(member));
            crowd.untilMore(50, 200);
            link.lose();
            long before = issued(crowd);
            Patience.untilWithin(
                    BACK_WITHIN, "tokens again", () -> issued(crowd), issued -> issued > before + 10 * ASKERS);
        }
        assertThat(crowd.statuses()).containsOnly(200, 503);
        // what was under way may have been done, and nobody can know
        assertThat(Sql.number(
                        database,
                        "SELECT sum(issued) FROM tokens.token_monthly_counts WHERE client_id = '" + member.id() + "'"))
                .isBetween(issued(crowd), issued(crowd) + ASKERS);
        cast.untilHealthy();
        new Outboxes(database).untilEmpty();
    }

    private static long issued(Crowd crowd) {
        return crowd.replies().stream().filter(reply -> reply.status() == 200).count();
    }
}
