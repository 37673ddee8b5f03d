package ai.sentryagent.idp.runtime.postgres;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.VertxException;
import io.vertx.pgclient.PgException;
import java.util.Set;

/** Tells a database that is away (503, try again) from a statement that is wrong (a bug) or refused (a constraint). */
public final class PostgresFailure {
    private static final String UNIQUE_VIOLATION = "23505";

    /** SQLSTATE: shutting down, crashed, starting up, out of connections, statement timeout, lock timeout, deadlock. */
    private static final Set<String> AWAY = Set.of("57P01", "57P02", "57P03", "53300", "57014", "55P03", "40P01");

    private PostgresFailure() {}

    /** The failure as the asker shall see it. */
    public static Throwable of(Throwable failure) {
        if (failure instanceof ServiceException) {
            return failure;
        }
        if (failure instanceof PgException answered && !isAway(answered)) {
            return failure;
        }
        if (failure instanceof RuntimeException && !isOfClient(failure)) {
            return failure;
        }
        return new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "The database is not available");
    }

    /** Whether a statement was refused because a row like this is there already. */
    public static boolean isUniqueViolation(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }

    private static boolean isAway(PgException answered) {
        String state = String.valueOf(answered.getSqlState());
        return AWAY.contains(state) || state.startsWith("08");
    }

    /** The client reports lost connections and full pools as exceptions of Vert.x's own. */
    private static boolean isOfClient(Throwable failure) {
        return failure instanceof PgException || failure instanceof VertxException;
    }
}
