package ai.sentryagent.idp.agents.planted;

import ai.sentryagent.idp.agents.AgentMain;
import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.postgres.Database;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;

/** A table that knows who calls it. */
public final class CuriousTable {
    private CuriousTable() {}

    static SqlClient theDatabase(Database database) {
        return database.client();
    }

    static Future<Void> theOutbox(Outbox outbox) {
        return outbox.drain();
    }

    static String theSettings(DatabaseConfig config) {
        return config.toString();
    }

    static void theDoor(String... arguments) {
        AgentMain.main(arguments);
    }
}
