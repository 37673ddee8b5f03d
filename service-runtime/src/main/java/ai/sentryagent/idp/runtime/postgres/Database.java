package ai.sentryagent.idp.runtime.postgres;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** A service's own schema, reached by the service's own role through one pool. */
public final class Database {
    private static final int WAITING = 2_000;
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(3);

    /** Longer than Postgres lets whoever holds a lock be silent, so that who waits for one gets it. */
    private static final Terms USUAL = new Terms(PoolOptions.DEFAULT_NAME, 8, CONNECT_WITHIN, Duration.ofSeconds(12));

    private static final Terms UNHURRIED = new Terms("unhurried", 4, Duration.ofSeconds(20), Duration.ofSeconds(60));

    /**
     * The pool ends a connection that nobody has: silence would end it under a statement that has just begun. Short, because
     * whose other end is gone without a word looks like one that nobody has.
     */
    private static final Duration UNUSED_AT_MOST = Duration.ofSeconds(4);

    /** The pool looks for those once a second, and the end of a statement that took too long must come here. */
    private static final Duration MARGIN = Duration.ofSeconds(2);

    /** A process that is frozen within a transaction shall not keep the others from what it has locked. */
    private static final Duration SILENT_IN_TRANSACTION = Duration.ofSeconds(10);

    /** Twice that, and as long for Redis, is less than the question of health may take. */
    private static final Duration PING_WITHIN = Duration.ofMillis(700);

    private static final Query PING = Query.of("ping", "SELECT 1");

    private final Vertx vertx;
    private final PgConnectOptions admin;
    private final ServiceRole role;
    private final Pool pool;

    private Database(Vertx vertx, PgConnectOptions admin, ServiceRole role, Terms terms) {
        this.vertx = vertx;
        this.admin = admin;
        this.role = role;
        this.pool = pool(terms);
    }

    /**
     * What a pool is called by its metrics, how many connections it has, how long a statement may wait for one of them, and how
     * long it may take.
     */
    private record Terms(String name, int connections, Duration turnWithin, Duration answerWithin) {}

    /** Makes the schema and its role where they are missing, migrates, and connects. Waits for a server that is not there. */
    public static Future<Database> open(Vertx vertx, RandomGenerator random, DatabaseConfig config, String schema) {
        PgConnectOptions admin = config.connectOptions();
        ServiceRole role = ServiceRole.of(schema, admin);
        return new SchemaStart(vertx, random, admin, role, "db/outbox", "db/" + schema)
                .prepare()
                .map(ready -> new Database(vertx, admin, role, USUAL));
    }

    /**
     * The same schema for what reads much and that few ask for: each statement may take a minute, over connections of its
     * own. Whoever opens it closes it.
     */
    public Database unhurried() {
        return new Database(vertx, admin, role, UNHURRIED);
    }

    /** For a statement of its own. */
    public SqlClient client() {
        return pool;
    }

    /** Runs the work in one transaction: committed when its future succeeds, rolled back when it fails. */
    public <T> Future<T> transaction(Function<SqlConnection, Future<T>> work) {
        return pool.withTransaction(work).recover(failure -> Future.failedFuture(PostgresFailure.of(failure)));
    }

    /** Whether a query is answered; never fails. */
    public Future<Boolean> answers() {
        return PING.on(pool)
                .timeout(PING_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .map(true)
                .otherwise(false);
    }

    public Future<Void> close() {
        return pool.close();
    }

    /** The server ends a statement before: who is silent for longer is gone without a word, and so is the connection. */
    private Pool pool(Terms terms) {
        Duration silentAtMost = UNUSED_AT_MOST.plus(terms.answerWithin()).plus(MARGIN);
        PgConnectOptions options = new PgConnectOptions(admin)
                .setUser(role.name())
                .setPassword(role.password())
                .addProperty("search_path", role.schema())
                .addProperty(
                        "statement_timeout", String.valueOf(terms.answerWithin().toMillis()))
                .addProperty("idle_in_transaction_session_timeout", String.valueOf(SILENT_IN_TRANSACTION.toMillis()))
                .setCachePreparedStatements(true)
                .setPreparedStatementCacheSqlFilter(Query::isKept)
                .setPipeliningLimit(16);
        PoolOptions limits = new PoolOptions()
                .setName(terms.name())
                .setMaxSize(terms.connections())
                .setMaxWaitQueueSize(WAITING)
                .setIdleTimeout((int) UNUSED_AT_MOST.toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setConnectionTimeout((int) terms.turnWithin().toMillis())
                .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
        NetClientOptions transport = new NetClientOptions()
                .setConnectTimeout((int) CONNECT_WITHIN.toMillis())
                .setReadIdleTimeout((int) silentAtMost.toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS);
        return PgBuilder.pool()
                .with(limits)
                .with(transport)
                .connectingTo(options)
                .using(vertx)
                .build();
    }
}
