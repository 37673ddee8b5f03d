package ai.sentryagent.idp.agents.planted;

import ai.sentryagent.idp.agents.AgentMain;
import ai.sentryagent.idp.credentials.CredentialMain;
import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.runtime.postgres.Query;
import ai.sentryagent.idp.standalone.StandaloneMain;
import io.netty.util.internal.PlatformDependent;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.internal.ContextInternal;
import io.vertx.ext.web.Router;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Whom a service must not know. */
public final class Knowledge {
    private Knowledge() {}

    public static final class OfOtherRooms {
        private OfOtherRooms() {}

        static void aService(String... arguments) {
            CredentialMain.main(arguments);
        }

        static void theGateway(String... arguments) {
            GatewayMain.main(arguments);
        }

        static void theProcess(String... arguments) {
            StandaloneMain.main(arguments);
        }
    }

    public static final class OfSql {
        private OfSql() {}

        static Query aStatement() {
            return Query.of("agents.planted", "SELECT 1");
        }

        static Tuple itsArguments() {
            return Tuple.tuple();
        }

        static String itsRows(Row row) {
            return row.getString(0);
        }

        static String postgres(PgException refused) {
            return refused.getSqlState();
        }

        static String jdbc(SQLException refused) {
            return refused.getSQLState();
        }
    }

    public static final class KeepsAConnection {
        final Pool pool;

        KeepsAConnection(Pool pool) {
            this.pool = pool;
        }
    }

    public static final class OfTheDoor {
        private OfTheDoor() {}

        static void theMain(String... arguments) {
            AgentMain.main(arguments);
        }

        static Future<?> aVerticle(ThinkingVerticle door) {
            return door.start();
        }
    }

    public static final class OfTheWeb {
        private OfTheWeb() {}

        static Router routes(Vertx vertx) {
            return Router.router(vertx);
        }

        static HttpServer aServer(Vertx vertx) {
            return vertx.createHttpServer();
        }
    }

    public static final class OfInsides {
        private OfInsides() {}

        static @Nullable ContextInternal ofVertx() {
            return ContextInternal.current();
        }

        static int ofNetty() {
            return PlatformDependent.javaVersion();
        }
    }
}
