package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.example.billing.BillingMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What docs/consuming-events.md shows is what is compiled, and does what it says there. */
final class ConsumingEventsTest {
    private static final Path PAGE = Path.of("..", "docs", "consuming-events.md");
    private static final Path CONSUMER =
            Path.of("src/test/java", BillingMain.class.getName().replace('.', '/') + ".java");
    private static final int MOST_LINES = 40;

    private static final String ISSUED =
            "SELECT event_id FROM audit.audit_events WHERE action = 'token.issued' ORDER BY sequence";

    private final String database = TestServers.freshDatabase();
    private final CertificateAuthority authority = new CertificateAuthority(Instant.now());

    @Test
    void thePageShowsTheConsumerAsItIsCompiled() throws IOException {
        assertThat(block("java")).isEqualTo(Files.readString(CONSUMER));
        assertThat(Files.readAllLines(CONSUMER)).hasSizeLessThanOrEqualTo(MOST_LINES);
    }

    /** Killed while its effects are durable and not yet acknowledged, it is told them again; no effect is had twice. */
    @Test
    @Timeout(240)
    void itChargesEveryTokenOnceHoweverItStopsAndStarts() throws Exception {
        prepare();
        try (RunningProduct product = RunningProduct.join(product())) {
            Management.Agent agent = Management.of(product).register();
            List<String> before = issue(product, agent, 3);
            try (ConsumerProcess first = start("first")) {
                Patience.until(
                        "a subscription",
                        () -> Sql.number(database, "SELECT count(*) FROM audit.subscriptions"),
                        names -> names == 1);
                issue(product, agent, 5);
                untilCharged(5);
                assertThat(first.terminate()).isZero();
            }

            List<String> issued = issue(product, agent, 30);
            List<String> untold = issued.subList(before.size() + 5, issued.size());
            List<String> repeated = untold.subList(0, 14);
            try (Connection middle = Sql.hold(database, "INSERT INTO charges VALUES ('" + untold.get(14) + "')");
                    ConsumerProcess second = start("second")) {
                untilCharged(5 + 14); // now it waits for the row that is held here
                second.kill();
                middle.rollback();
            }

            List<String> all = issue(product, agent, 5);
            try (ConsumerProcess third = start("third")) {
                untilCharged(40);
                assertThat(third.terminate()).isZero();
            }
            assertThat(Sql.selectAll(database, "SELECT event_id FROM charges"))
                    .containsExactlyInAnyOrderElementsOf(all.subList(before.size(), all.size()));
            assertThat(Sql.selectAll(database, "SELECT event_id FROM attempts GROUP BY event_id HAVING count(*) > 1"))
                    .containsAll(repeated);
        }
    }

    /** The table of the page, and beside it one of what was tried, whether or not it had an effect. */
    private void prepare() throws IOException, SQLException {
        Sql.update(database, block("sql"));
        Sql.update(
                database,
                """
                CREATE TABLE attempts (event_id uuid);
                CREATE FUNCTION attempt() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN
                    INSERT INTO attempts VALUES (NEW.event_id);
                    RETURN NEW;
                END $$;
                CREATE TRIGGER attempt BEFORE INSERT ON charges FOR EACH ROW EXECUTE FUNCTION attempt()
                """);
    }

    /** Issues tokens and answers with the events of all there have been, once the log has them. */
    private List<String> issue(RunningProduct product, Management.Agent agent, int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            assertThat(product.token(agent.id(), agent.secret(), "").status()).isEqualTo(200);
        }
        new Outboxes(database).untilEmpty();
        return Sql.selectAll(database, ISSUED);
    }

    private void untilCharged(long charges) throws SQLException {
        Patience.until(
                charges + " charges",
                () -> Sql.number(database, "SELECT count(*) FROM charges"),
                count -> count == charges);
    }

    private ConsumerProcess start(String name) throws IOException {
        Map<String, String> settings = new HashMap<>(member(name));
        settings.put("HOST", "127.0.0.1");
        settings.put("MANAGEMENT_PORT", "0");
        settings.put("BILLING_DATABASE_URL", database);
        return ConsumerProcess.start(name, settings);
    }

    private Map<String, String> product() {
        Map<String, String> settings = member("product");
        settings.put("ISSUER_URL", "http://localhost");
        return settings;
    }

    private Map<String, String> member(String name) {
        Map<String, String> settings = new HashMap<>(authority.member(name));
        settings.putAll(
                Map.of("DATABASE_URL", database, "CLUSTER_HOST", "127.0.0.1", "CLUSTER_PORT", "0", "BUS_PORT", "0"));
        return settings;
    }

    /** The page's one block of this language. */
    private static String block(String language) throws IOException {
        Matcher block =
                Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(PAGE));
        assertThat(block.find()).as(language).isTrue();
        String text = block.group(1);
        assertThat(block.find()).as("another").isFalse();
        return text;
    }
}
