package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.agents.AgentMain;
import ai.sentryagent.idp.audit.AuditMain;
import ai.sentryagent.idp.credentials.CredentialMain;
import ai.sentryagent.idp.gateway.GatewayMain;
import ai.sentryagent.idp.runtime.cluster.ClusterConfig;
import ai.sentryagent.idp.runtime.config.ProcessConfig;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.tokens.TokenMain;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Which settings each module reads when it starts in a cluster, seen while it reads them. */
final class SettingsRead {
    /** With them every other is looked for. */
    private static final JsonObject GIVEN =
            new JsonObject().put("VAULT_ADDR", "https://vault.example").put("POLICY_DIR", "../policies");

    private static final String IN_A_FILE = "_FILE";

    private SettingsRead() {}

    static final Map<String, Consumer<Settings>> MODULES = Map.of(
            "gateway", GatewayMain::deployment,
            "agent-service", AgentMain::deployment,
            "credential-service", CredentialMain::deployment,
            "token-service", TokenMain::deployment,
            "audit-service", AuditMain::deployment);

    /** By module; what may stand in a file, too, is there once, by its own name. */
    static Map<String, Set<String>> byModule() {
        Map<String, Set<String>> read = new TreeMap<>();
        MODULES.forEach((module, reader) -> {
            Set<String> names = new TreeSet<>();
            Settings settings = new Settings(new JsonObject(GIVEN.getMap()) {
                @Override
                public Object getValue(String name) {
                    names.add(name);
                    return super.getValue(name);
                }
            });
            readAll(settings, reader);
            names.removeIf(name -> name.endsWith(IN_A_FILE));
            read.put(module, names);
        });
        return read;
    }

    /** As a process of a cluster does. */
    static void readAll(Settings settings, Consumer<Settings> module) {
        module.accept(settings);
        ProcessConfig.read(settings, true);
        ClusterConfig.read(settings);
    }
}
