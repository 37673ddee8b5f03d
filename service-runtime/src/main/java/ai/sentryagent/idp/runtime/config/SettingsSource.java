package ai.sentryagent.idp.runtime.config;

import io.vertx.config.ConfigRetriever;
import io.vertx.config.ConfigRetrieverOptions;
import io.vertx.config.ConfigStoreOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;

/** Where settings come from: the environment, over an optional file that {@code AGENTIDP_CONFIG} names. */
public final class SettingsSource {
    private static final String FILE = "AGENTIDP_CONFIG";

    private SettingsSource() {}

    /**
     * The file is JSON when its name ends in {@code .json}, else Java properties. What is blank in the environment is not set,
     * as everywhere: Compose passes what .env leaves out on as an empty text.
     */
    public static Future<Settings> load(Vertx vertx, Map<String, String> environment) {
        ConfigRetrieverOptions options = new ConfigRetrieverOptions().setIncludeDefaultStores(false);
        String path = environment.get(FILE);
        if (path != null && !path.isBlank()) {
            options.addStore(new ConfigStoreOptions()
                    .setType("file")
                    .setFormat(path.endsWith(".json") ? "json" : "properties")
                    .setConfig(new JsonObject().put("path", path).put("raw-data", true)));
        }
        JsonObject given = new JsonObject();
        environment.forEach((name, value) -> {
            if (!value.isBlank()) {
                given.put(name, value);
            }
        });
        options.addStore(new ConfigStoreOptions().setType("json").setConfig(given));
        ConfigRetriever retriever = ConfigRetriever.create(vertx, options);
        return retriever
                .getConfig()
                .map(Settings::new)
                .recover(failure -> Future.failedFuture(
                        new ConfigurationException(List.of(FILE + " names a file that cannot be read"))))
                .eventually(retriever::close);
    }
}
