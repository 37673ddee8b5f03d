package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** The suite runs once on each Postgres that is served. */
final class PostgresVersionTest {
    @Test
    void theSuiteRunsOnThePostgresThatTheBuildNames() throws SQLException {
        String artifact = System.getProperty("agentidp.test.postgres");
        try (Connection connection = DriverManager.getConnection(TestServers.jdbcUrl(TestServers.freshDatabase()))) {
            assertThat(artifact).startsWith(connection.getMetaData().getDatabaseMajorVersion() + ".");
        }
    }
}
