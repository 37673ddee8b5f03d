package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.SQLException;
import java.util.Map;

/** The product that all families of attacks share, so that in the end one look can tell what any of them got out of it. */
record Target(String database, RunningProduct product, OAuthCaller caller, Management management, Witness witness)
        implements AutoCloseable {

    private static final String KEY_ENCRYPTION_KEY = "7b".repeat(32);

    static Target start() {
        String database = TestServers.freshDatabase();
        Witness witness = new Witness();
        witness.scan().learn(KEY_ENCRYPTION_KEY);
        RunningProduct product = RunningProduct.start(Map.of(
                        "DATABASE_URL",
                        database,
                        "MAX_AGENTS",
                        "0",
                        "MAX_TOKENS_PER_MONTH",
                        "0",
                        "KEY_ENCRYPTION_KEY",
                        KEY_ENCRYPTION_KEY))
                .observedBy(witness::saw);
        try {
            Witness.noteFacts(database);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return new Target(database, product, new OAuthCaller(product), Management.of(product), witness);
    }

    @Override
    public void close() {
        product.close();
        witness.close();
    }
}
