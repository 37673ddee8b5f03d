package ai.sentryagent.idp.schema.planted;

import ai.sentryagent.idp.runtime.config.SecretText;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;

/** A contract that knows who keeps it, and how. */
public final class KnowsTooMuch {
    private KnowsTooMuch() {}

    static SecretText theRuntime() {
        return new SecretText("");
    }

    static Tuple sql() {
        return Tuple.tuple();
    }

    static String jdbc(SQLException failure) {
        return failure.getSQLState();
    }

    static String theWeb(RoutingContext context) {
        return context.normalizedPath();
    }

    static HttpMethod http() {
        return HttpMethod.GET;
    }
}
