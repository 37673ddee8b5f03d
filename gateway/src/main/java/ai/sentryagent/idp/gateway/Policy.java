package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.schema.Wire;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may call which operation, from {@code POLICY_DIR/data/scopes.json}. An operation without an entry is denied. */
final class Policy {
    private static final Rule DENY = new Rule(null, false, false, false, false);
    private static final TypeReference<Map<String, Rule>> RULES = new TypeReference<>() {};

    private final Map<String, Rule> rules;

    private Policy(Map<String, Rule> rules) {
        this.rules = Map.copyOf(rules);
    }

    /**
     * One operation's rule.
     *
     * @param scopes what a bearer token must hold, all of them; absent or empty where no scope lets a bearer in
     * @param self whether an agent's own token is enough for what belongs to that agent
     * @param client whether client authentication is enough
     * @param bearer whether any live token is enough
     * @param open {@code public}: nobody is asked who they are
     */
    record Rule(
            @Nullable List<String> scopes,
            boolean self,
            boolean client,
            boolean bearer,
            @JsonProperty("public") boolean open) {
        List<String> required() {
            return scopes == null ? List.of() : scopes;
        }
    }

    static Policy read(Settings settings) {
        Path directory = Path.of(settings.text("POLICY_DIR", "policies"));
        Path file = directory.resolve(Path.of("data", "scopes.json"));
        if (Files.exists(directory.resolve("authz.wasm"))) {
            settings.problem("POLICY_DIR", "holds an authz.wasm, which this version does not know how to ask");
        }
        try {
            Map<String, Rule> rules = Wire.parse(Files.readString(file), RULES);
            if (rules != null && !rules.containsValue(null)) {
                return new Policy(rules);
            }
        } catch (IOException | UncheckedIOException e) {
            // as bad as one without rules
        }
        settings.problem("POLICY_DIR", "must be a directory with rules in a readable file: " + file.toAbsolutePath());
        return new Policy(Map.of());
    }

    Rule rule(String method, String template) {
        return rules.getOrDefault(method + " " + template, DENY);
    }
}
