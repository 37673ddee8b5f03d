package ai.sentryagent.idp.runtime.postgres;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells a database that is away (503, try again) from a statement that is wrong (a bug) or refused (a constraint). */
public final class PostgresFailure {
    private static final String UNIQUE_VIOLATION = "23505";

    /**
     * Classes of SQLSTATE: connection lost, login refused, rolled back for the sake of others, out of resources, stopped or
     * stopping, trouble with its disk.
     */
    private static final Set<String> AWAY = Set.of("08", "28", "40", "53", "57", "58");

    /** A lock that did not come in time, and a server that has become a standby. */
    private static final Set<String> NOT_NOW = Set.of("55P03", "25006");

    /** Of a connection that knew a table before a migration gave it a column; it forgets what it knew, and the next goes well. */
    private static final String MIGRATED_MEANWHILE = "cached plan must not change result type";

    /** What a first connection meets where no server is, or not yet one that works. */
    private static final Set<String> NOT_YET = Set.of("53", "57", "58");

    /** Of class 57, a statement that the server has ended: the next one would take as long. */
    private static final String TOOK_TOO_LONG = "57014";

    /** Of class 08, what we sent and should not have, such as too many parameters. */
    private static final String PROTOCOL_VIOLATION = "08P01";

    /** Of class 08, what no waiting will mend: the server turns us away, or speaks another protocol. */
    private static final Set<String> NEVER = Set.of("08004", PROTOCOL_VIOLATION);

    private PostgresFailure() {}

    /** The failure as the asker shall see it. */
    public static Throwable of(Throwable failure) {
        if (failure instanceof ServiceException) {
            return failure;
        }
        if (failure instanceof PgException answered && !isAway(answered)) {
            return failure;
        }
        if (failure instanceof Error || (failure instanceof RuntimeException && !isOfClient(failure))) {
            return failure;
        }
        return new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "The database is not available");
    }

    /** Whether a statement was refused because a row like this is there already. */
    public static boolean isUniqueViolation(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }

    /** Whether a first connection failed because the server is not there yet, and not because of what it was told. */
    static boolean isNotThereYet(Throwable failure) {
        SQLException refused = ofServer(failure);
        String state = refused == null ? "" : String.valueOf(refused.getSQLState());
        return !state.equals(TOOK_TOO_LONG)
                && (NOT_NOW.contains(state)
                        || NOT_YET.contains(kind(state))
                        || (kind(state).equals("08") && !NEVER.contains(state)));
    }

    /** What a blocking client was told, under whatever its failure is wrapped in; null when that is not what failed. */
    static @Nullable SQLException ofServer(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException refused) {
                return refused;
            }
        }
        return null;
    }

    private static boolean isAway(PgException answered) {
        String state = String.valueOf(answered.getSqlState());
        return (AWAY.contains(kind(state)) && !PROTOCOL_VIOLATION.equals(state))
                || NOT_NOW.contains(state)
                || MIGRATED_MEANWHILE.equals(answered.getErrorMessage());
    }

    private static String kind(String state) {
        return state.substring(0, Math.min(2, state.length()));
    }

    /** The client reports lost connections and full pools as exceptions of Vert.x's own. */
    private static boolean isOfClient(Throwable failure) {
        return failure instanceof PgException || failure instanceof VertxException;
    }
}
