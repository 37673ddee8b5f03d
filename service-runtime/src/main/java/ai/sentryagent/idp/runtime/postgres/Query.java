package ai.sentryagent.idp.runtime.postgres;

import ai.sentryagent.idp.runtime.Meters;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;

/** One SQL statement and the name under which its time is measured ({@code agentidp_db_query_duration_seconds}). */
public final class Query {
    /** What tells {@link #isKept} such a statement; Postgres passes over it. */
    private static final String ANEW = "/* planned anew */ ";

    private final String sql;
    private final Timer timer;

    private Query(String operation, String sql) {
        this.sql = sql;
        this.timer = Meters.dbQuery(operation);
    }

    /**
     * A statement.
     *
     * @param operation {@code table.verb}, a label value: never made from input
     */
    public static Query of(String operation, String sql) {
        return new Query(operation, sql);
    }

    /**
     * A statement on a table whose size changes by the second. Postgres plans it each time: the plan that it would keep of a
     * table that was almost empty reads all of it ever after, and what has been deleted, too. It is sent and parsed each time,
     * which is one more way there and back.
     *
     * @param operation {@code table.verb}, a label value: never made from input
     */
    public static Query plannedAnew(String operation, String sql) {
        return new Query(operation, ANEW + sql);
    }

    /** Whether a connection may keep the statement prepared, and Postgres with it a plan. */
    static boolean isKept(String sql) {
        return !sql.startsWith(ANEW);
    }

    /** Runs on a pool, or on the connection of the caller's transaction. */
    public Future<RowSet<Row>> on(SqlClient client, Tuple arguments) {
        Timer.Sample sample = Timer.start();
        return client.preparedQuery(sql)
                .execute(arguments)
                .onComplete(done -> sample.stop(timer))
                .recover(failure -> Future.failedFuture(PostgresFailure.of(failure)));
    }

    public Future<RowSet<Row>> on(SqlClient client) {
        return on(client, Tuple.tuple());
    }
}
