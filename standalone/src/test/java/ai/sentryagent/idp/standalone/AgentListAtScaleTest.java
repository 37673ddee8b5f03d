package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code GET /api/v1/agents} where there are many. */
final class AgentListAtScaleTest {
    private static final int MANY = 20_000;
    private static final int DEEP_PAGES = 100;

    private final String database = TestServers.freshDatabase();

    @Test
    void howeverOftenAllWereListedASearchByEmailFollowsItsIndex() throws Exception {
        try (RunningProduct product = RunningProduct.start(Map.of("DATABASE_URL", database))) {
            Management management = Management.of(product);
            String email = management.register().email();
            multiply(email);
            for (int i = 0; i < DEEP_PAGES; i++) {
                assertThat(total(management, "?limit=100&page=" + MANY / 100)).isGreaterThan(MANY);
            }
            long before = searches();
            int asked = 0;
            do { // a connection tells what it has read a moment later
                assertThat(total(management, "?email=" + email)).isEqualTo(1);
                asked++;
                assertThat(asked).as("the page, and not only the total").isLessThan(500);
            } while (searches() - before < 1.5 * asked);
        }
    }

    private void multiply(String email) throws SQLException {
        Sql.update(
                database,
                """
                INSERT INTO agents.agents
                SELECT gen_random_uuid(), n || email, agent_type, version, capabilities, owner, deployment_env, scopes,
                    status, created_at, updated_at, revision, epoch
                FROM agents.agents, generate_series(1, %d) AS n WHERE email = '%s'
                """
                        .formatted(MANY, email));
        Sql.update(database, "ANALYZE agents.agents");
    }

    private static int total(Management management, String query) {
        return management.get(Management.AGENTS + query).json().path("total").asInt();
    }

    private long searches() throws SQLException {
        return Sql.number(
                database,
                "SELECT idx_scan FROM pg_stat_user_indexes WHERE schemaname = 'agents' AND indexrelname = 'agents_email'");
    }
}
