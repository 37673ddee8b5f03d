package ai.sentryagent.idp.runtime.postgres;

import ai.sentryagent.idp.runtime.Pauses;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.schema.Rounds;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for Postgres at the start of a process, for as long as it takes: that the database comes later than those who need
 * it is no mistake. What the server refuses because of the settings is one, and is said at once.
 */
final class SchemaStart {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaStart.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /**
     * Classes of SQLSTATE: turned away (what else there is in 08, {@link PostgresFailure#isNotThereYet} waits for), login
     * refused, unknown database; and of 42, of which the rest is a migration that does not fit, no such right.
     */
    private static final Set<String> OF_THE_URL = Set.of("08", "28", "3D", "42501");

    private final Vertx vertx;
    private final PgConnectOptions admin;
    private final ServiceRole role;
    private final String[] migrations;
    private final Pauses pauses;

    SchemaStart(Vertx vertx, RandomGenerator random, PgConnectOptions admin, ServiceRole role, String... migrations) {
        this.vertx = vertx;
        this.pauses = new Pauses(random, FIRST_PAUSE, LONGEST_PAUSE);
        this.admin = admin;
        this.role = role;
        this.migrations = migrations;
    }

    /** Fails with {@link ConfigurationException} when it is the URL that must change, or what is in the database. */
    Future<Void> prepare() {
        return Rounds.untilLast(() -> vertx.executeBlocking(() -> {
                    SchemaOwner.prepare(admin, role, migrations);
                    return true;
                })
                .recover(failure -> PostgresFailure.isNotThereYet(failure)
                        ? waitAfter(failure).map(false)
                        : Future.failedFuture(explained(failure))));
    }

    private Future<?> waitAfter(Throwable failure) {
        long millis = pauses.next().toMillis();
        LOG.atWarn()
                .addKeyValue("server", admin.getHost() + ":" + admin.getPort())
                .addKeyValue("database", admin.getDatabase())
                .addKeyValue("schema", role.schema())
                .addKeyValue("cause", root(failure).toString())
                .addKeyValue("nextAttemptInMillis", millis)
                .log("Waiting for Postgres");
        return vertx.timer(millis, TimeUnit.MILLISECONDS);
    }

    /** What lies under it all: the driver's own message does not tell a refused connection from a name nobody knows. */
    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private Throwable explained(Throwable failure) {
        SQLException refused = PostgresFailure.ofServer(failure);
        if (refused == null) {
            return failure instanceof FlywayException ? useless(summary(failure), failure) : failure;
        }
        String state = String.valueOf(refused.getSQLState());
        if (OF_THE_URL.stream().anyMatch(state::startsWith)) {
            return new ConfigurationException(List.of("DATABASE_URL does not work: " + refused.getMessage()));
        }
        return useless(String.valueOf(refused.getMessage()), failure);
    }

    private Throwable useless(String why, Throwable failure) {
        LOG.atError().setCause(failure).addKeyValue("schema", role.schema()).log("The schema cannot be used");
        ConfigurationException explained = new ConfigurationException(
                List.of("The schema \"" + role.schema() + "\" cannot be brought up to date: " + why));
        explained.initCause(failure);
        return explained;
    }

    /** The library's message goes on with advice that would hide what is wrong. */
    private static String summary(Throwable failure) {
        return String.valueOf(failure.getMessage()).lines().limit(2).collect(Collectors.joining(": "));
    }
}
