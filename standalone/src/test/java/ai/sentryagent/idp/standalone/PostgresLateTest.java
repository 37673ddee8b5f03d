package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.standalone.dev.EmbeddedPostgresServer;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.vertx.core.Future;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A start before Postgres is there, and one that Postgres refuses. */
@Timeout(120)
final class PostgresLateTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void aProcessWaitsForItsDatabaseAliveButNotReady() throws Exception {
        EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
        postgres.close();
        int management = FreePort.next();
        Future<RunningProduct> starting = RunningProduct.starting(
                Map.of("DATABASE_URL", postgres.url(), "MANAGEMENT_PORT", String.valueOf(management)));
        Patience.until("a process that lives", () -> status(management, "/health/live") == 200);
        assertThat(status(management, "/health/ready")).isEqualTo(503);
        assertThat(metrics(management)).contains("agentidp_ready 0.0");
        assertThat(starting.isComplete()).isFalse();
        TestServers.restart(postgres);
        RunningProduct product = starting.timeout(60, TimeUnit.SECONDS).await();
        try {
            assertThat(product.administrator()).isNotEmpty();
            Patience.until("a gauge that says so", () -> metrics(management).contains("agentidp_ready 1.0"));
            assertThat(status(management, "/health/ready")).isEqualTo(200);
        } finally {
            product.close();
        }
    }

    @Test
    void aWrongPasswordAndAWrongDatabaseAreSaidAtOnceAndWithoutTheSecret() {
        String url = TestServers.freshDatabase();
        String password = URI.create(url).getUserInfo().substring("postgres:".length());
        assertThatThrownBy(() -> RunningProduct.start(Map.of("DATABASE_URL", url.replace(password, "not-the-secret"))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("DATABASE_URL")
                .hasMessageContaining("password authentication failed")
                .hasMessageNotContaining("not-the-secret");
        assertThatThrownBy(() -> RunningProduct.start(Map.of("DATABASE_URL", url + "_of_nobody")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("_of_nobody\" does not exist")
                .hasMessageNotContaining(password);
    }

    @Test
    void anAddressWithoutAPasswordIsRefusedBecauseTheServicesPasswordsComeFromIt() {
        String url = TestServers.freshDatabase();
        String password = URI.create(url).getUserInfo().substring("postgres:".length());
        for (String without : List.of(url.replace(":" + password, ""), url.replace(password, ""))) {
            assertThatThrownBy(() -> RunningProduct.start(Map.of("DATABASE_URL", without)))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("postgresql://user:password@host");
        }
    }

    @Test
    void aMigrationThatDoesNotFitIsNotTakenForAWrongAddress() throws SQLException {
        String url = TestServers.freshDatabase();
        RunningProduct.start(Map.of("DATABASE_URL", url)).close();
        Sql.update(
                url,
                "DELETE FROM tokens.flyway_history WHERE version = (SELECT max(version) FROM tokens.flyway_history)");
        assertThatThrownBy(() -> RunningProduct.start(Map.of("DATABASE_URL", url)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The schema \"tokens\" cannot be brought up to date: ERROR: ")
                .hasMessageNotContaining("DATABASE_URL");
    }

    @Test
    void aMigrationThatWasChangedAfterItHadRunNamesItsSchema() throws SQLException {
        String url = TestServers.freshDatabase();
        RunningProduct.start(Map.of("DATABASE_URL", url)).close();
        Sql.update(url, "UPDATE tokens.flyway_history SET checksum = 1 WHERE version = '002'");
        assertThatThrownBy(() -> RunningProduct.start(Map.of("DATABASE_URL", url)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("The schema \"tokens\" cannot be brought up to date: ")
                .hasMessageContaining("checksum mismatch for migration version 002")
                .hasMessageNotContaining("repair");
    }

    private int status(int port, String path) throws InterruptedException {
        try {
            return http.send(request(port, path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return 0; // nobody listens yet
        }
    }

    private String metrics(int port) throws IOException, InterruptedException {
        return http.send(request(port, "/metrics"), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static HttpRequest request(int port, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .build();
    }
}
