package ai.sentryagent.idp.runtime.postgres;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.schema.Rounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A schema with a role of its own for a library that speaks JDBC.
 *
 * @param url without user and password
 */
public record JdbcSchema(String url, String user, SecretText password) {
    private static final int CONNECT_WITHIN_SECONDS = 3;
    private static final int ANSWER_WITHIN_SECONDS = 5;
    private static final int TURN_WITHIN_SECONDS = 90;

    /** Of one turn: whoever is frozen within it loses it. */
    private static final int TURN_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(JdbcSchema.class);
    private static final Duration BEFORE_ASKING_AGAIN = Duration.ofSeconds(1);

    /** Any number will do that {@link SchemaOwner} does not take. */
    private static final long LOCK = 0x6167656e74696471L;

    /** Makes the schema and its role where they are missing, and migrates. Waits for a server that is not there. */
    public static Future<JdbcSchema> open(Vertx vertx, RandomGenerator random, DatabaseConfig config, String schema) {
        PgConnectOptions admin = config.connectOptions();
        ServiceRole role = ServiceRole.of(schema, admin);
        return new SchemaStart(vertx, random, admin, role, "db/" + schema)
                .prepare()
                .map(ready -> of(admin, role, schema));
    }

    private static JdbcSchema of(PgConnectOptions admin, ServiceRole role, String schema) {
        String tls = JdbcAddress.tls(admin).entrySet().stream()
                .map(pair -> "&" + pair.getKey() + "=" + URLEncoder.encode(pair.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining());
        return new JdbcSchema(
                JdbcAddress.url(admin) + "?currentSchema=" + schema + "&connectTimeout=" + CONNECT_WITHIN_SECONDS + tls,
                role.name(),
                new SecretText(role.password()));
    }

    /** As {@link #url}, for statements that are answered at once. */
    public String urlWithTimeout() {
        return url + "&socketTimeout=" + ANSWER_WITHIN_SECONDS;
    }

    /**
     * Does the work, which may block, when nobody else does any for this database, whichever process they are. Waits for its
     * turn, and for a server that is not there, for as long as it takes.
     */
    public <T> Future<T> inTurn(Vertx vertx, Callable<T> work) {
        return Rounds.untilThere(
                () -> vertx.executeBlocking(() -> Optional.of(now(work))).recover(failure -> {
                    if (!PostgresFailure.isNotThereYet(failure)) {
                        return Future.failedFuture(failure);
                    }
                    LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Waiting for its turn");
                    return vertx.timer(BEFORE_ASKING_AGAIN.toMillis()).map(Optional.empty());
                }));
    }

    private <T> T now(Callable<T> work) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        url + "&socketTimeout=" + TURN_WITHIN_SECONDS, user, password.value());
                Statement statement = connection.createStatement()) {
            statement.execute("SET idle_session_timeout = '" + TURN_SECONDS + "s'");
            statement.execute("SELECT pg_advisory_lock(" + LOCK + ")"); // given back with the connection
            return work.call();
        }
    }
}
