package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.standalone.dev.TestServers;
import java.util.Map;

/** The product that all families of attacks share, so that in the end one look can tell what any of them got out of it. */
record Target(String database, RunningProduct product, OAuthCaller caller, Management management) {

    static Target start() {
        String database = TestServers.freshDatabase();
        RunningProduct product = RunningProduct.start(Map.of(
                "DATABASE_URL",
                database,
                "MAX_AGENTS",
                "0",
                "MAX_TOKENS_PER_MONTH",
                "0",
                "KEY_ENCRYPTION_KEY",
                "7b".repeat(32)));
        return new Target(database, product, new OAuthCaller(product), Management.of(product));
    }
}
