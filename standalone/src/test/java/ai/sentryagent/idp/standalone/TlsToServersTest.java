package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import ai.sentryagent.idp.standalone.dev.EmbeddedPostgresServer;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.pgclient.PgConnection;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The way to Postgres and Redis, encrypted: a cloud's servers demand it, and some have an authority of their own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TlsToServersTest {
    private final Certified server = Certified.by(new CertificateAuthority(Instant.now()), "server");
    private final String stranger =
            Certified.by(new CertificateAuthority(Instant.now()), "stranger").authority();
    private final EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
    private final Vertx vertx = Vertx.vertx();
    private String redis = "";

    @BeforeAll
    void encrypt(@TempDir Path folder) throws Exception {
        Path certificate = Files.writeString(folder.resolve("server.pem"), server.certificate());
        Path key = folder.resolve("server.key");
        Files.createFile(key, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, server.key());
        try (Connection connection = DriverManager.getConnection(TestServers.jdbcUrl(postgres.url()));
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET ssl_cert_file = '" + certificate + "'");
            statement.execute("ALTER SYSTEM SET ssl_key_file = '" + key + "'");
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        }
        Patience.until("TLS of Postgres", this::speaksTls);
        redis = redisBehindTls();
    }

    @AfterAll
    void stop() throws Exception {
        vertx.close().await();
        postgres.close();
    }

    private boolean speaksTls() {
        try (Connection connection =
                DriverManager.getConnection(TestServers.jdbcUrl(postgres.url()) + "&sslmode=require")) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    /** A Redis that speaks TLS only, as those of clouds do. */
    private String redisBehindTls() {
        URI plain = URI.create(TestServers.freshRedis());
        NetClient client = vertx.createNetClient();
        int port = vertx.createNetServer(new NetServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(new PemKeyCertOptions()
                                .addCertValue(Buffer.buffer(server.certificate()))
                                .addKeyValue(Buffer.buffer(server.key()))))
                .connectHandler(near -> {
                    near.pause();
                    client.connect(plain.getPort(), plain.getHost())
                            .onFailure(failure -> near.close())
                            .onSuccess(far -> {
                                near.pipeTo(far);
                                far.pipeTo(near);
                            });
                })
                .listen(0, "0.0.0.0") // 127.0.0.2 is this machine, too, and in no certificate
                .await()
                .actualPort();
        return "rediss://" + plain.getUserInfo() + "@127.0.0.1:" + port + plain.getPath();
    }

    private static void assertWorks(RunningProduct product) {
        assertThat(product.token(product.administratorId(), RunningProduct.ADMIN_SECRET, "agents:read")
                        .status())
                .isEqualTo(200);
        assertThat(product.json("GET", "/health", "", "").text("redis")).isEqualTo("connected");
    }

    private void assertEveryConnectionIsEncrypted() throws SQLException {
        try (Connection connection = DriverManager.getConnection(TestServers.jdbcUrl(postgres.url()));
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT count(*) FILTER (WHERE ssl) AS encrypted, count(*) FILTER (WHERE NOT ssl) AS clear"
                                + " FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE usename LIKE 'agentidp_%'")) {
            found.next();
            assertThat(found.getInt("encrypted")).isPositive();
            assertThat(found.getInt("clear")).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-ca", "verify-full"})
    void bothAreSpokenToWithTlsWhenTheirAuthorityIsTrusted(String mode) throws SQLException {
        try (RunningProduct product = RunningProduct.start(Map.of(
                "DATABASE_URL",
                postgres.url() + "?sslmode=" + mode,
                "DATABASE_AUTHORITY",
                server.authority(),
                "REDIS_URL",
                redis,
                "REDIS_AUTHORITY",
                server.authority()))) {
            assertWorks(product);
            assertEveryConnectionIsEncrypted();
        }
    }

    @Test
    void postgresIsSpokenToWithTlsWhoeverItIsWhereThatIsAllThatIsAskedFor() throws SQLException {
        try (RunningProduct product =
                RunningProduct.start(Map.of("DATABASE_URL", postgres.url() + "?sslmode=require"))) {
            assertWorks(product);
            assertEveryConnectionIsEncrypted();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"verify-ca", "verify-full"})
    void aPostgresThatAStrangerHasCertifiedIsNotConnectedTo(String mode, @TempDir Path folder) throws IOException {
        SecretText url = new SecretText(postgres.url() + "?sslmode=" + mode);
        Path trusted = Files.writeString(folder.resolve("trusted.pem"), server.authority());
        Path another = Files.writeString(folder.resolve("another.pem"), stranger);
        PgConnection.connect(vertx, new DatabaseConfig(url, Optional.of(trusted)).connectOptions())
                .compose(PgConnection::close)
                .await();
        assertThatThrownBy(() -> PgConnection.connect(
                                vertx, new DatabaseConfig(url, Optional.of(another)).connectOptions())
                        .await())
                .hasMessageContaining("SSL handshake failed");
    }

    @Test
    void aRedisThatAStrangerHasCertifiedIsNotBelieved() {
        try (RunningProduct product = RunningProduct.start(Map.of("REDIS_URL", redis, "REDIS_AUTHORITY", stranger))) {
            assertThat(product.json("GET", "/health", "", "").text("redis")).isNotEqualTo("connected");
        }
    }

    @ParameterizedTest
    @CsvSource({"'', disconnected", "?sslmode=verify-ca, connected"})
    @EnabledOnOs(value = OS.LINUX, disabledReason = "others have one address of their own")
    void aRedisOfAnotherNameIsBelievedOnlyWhereNamesDoNotMatter(String mode, String health) {
        String another = redis.replace("@127.0.0.1:", "@127.0.0.2:") + mode;
        try (RunningProduct product =
                RunningProduct.start(Map.of("REDIS_URL", another, "REDIS_AUTHORITY", server.authority()))) {
            assertThat(product.json("GET", "/health", "", "").text("redis")).isEqualTo(health);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/x", "/0?sslmode=verify-full", "/0?timeout=5", "/0#part", ":99999/0"})
    void anAddressOfRedisThatCannotWorkEndsTheStart(String rest) {
        String url = "redis://:password@127.0.0.1" + (rest.startsWith(":") ? "" : ":6379") + rest;
        assertThatThrownBy(() -> RunningProduct.start(Map.of("REDIS_URL", url)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("REDIS_URL must have the form")
                .hasMessageNotContaining("password@127");
    }

    @Test
    void notToMindTheNameOfARedisThatJavaKnowsEndsTheStart() {
        assertThatThrownBy(() -> RunningProduct.start(Map.of("REDIS_URL", redis + "?sslmode=verify-ca")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(
                        "REDIS_AUTHORITY and rediss:// are required where REDIS_URL ends in ?sslmode=verify-ca");
    }

    @Test
    void aRedisThatNobodyKnownHasCertifiedIsNotBelievedEither() {
        try (RunningProduct product = RunningProduct.start(Map.of("REDIS_URL", redis))) {
            assertThat(product.json("GET", "/health", "", "").text("redis")).isNotEqualTo("connected");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "DATABASE_AUTHORITY, x, must be certificates in PEM",
        "REDIS_AUTHORITY, x, must be certificates in PEM",
        "DATABASE_AUTHORITY, '', of use together only",
        "REDIS_AUTHORITY, '', is of use with rediss:// in REDIS_URL only"
    })
    void whatIsOfNoUseEndsTheStart(String name, String value, String why) {
        String given = value.isEmpty() ? server.authority() : value;
        assertThatThrownBy(() -> RunningProduct.start(Map.of(name, given)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allow", "prefer"})
    void aModeThatFallsBackToClearTextEndsTheStart(String mode) {
        assertThatThrownBy(() -> RunningProduct.start(Map.of("DATABASE_URL", postgres.url() + "?sslmode=" + mode)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("DATABASE_URL must not have an sslmode that falls back");
    }

    @Test
    void toVerifyWithoutAnAuthorityEndsTheStart() {
        assertThatThrownBy(() -> RunningProduct.start(Map.of("DATABASE_URL", postgres.url() + "?sslmode=verify-full")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("DATABASE_AUTHORITY");
    }
}
