package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Wire;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.type.TypeReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who may call which operation, from {@code POLICY_DIR/data/scopes.json}. An operation without an entry is denied. */
final class Policy {
    private static final Rule DENY = new Rule(null, false, false, false, false);
    private static final TypeReference<Map<String, Rule>> RULES = new TypeReference<>() {};

    private static final int VERSION_BYTES = 6;

    /** Denies everything. */
    static final Policy NONE = new Policy(Map.of(), "none");

    private final Map<String, Rule> rules;
    private final String version;

    private Policy(Map<String, Rule> rules, String version) {
        this.rules = Map.copyOf(rules);
        this.version = version;
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

    /** Fails with a message for whoever wrote it when it is not there, cannot be read, or asks for what does not exist. */
    static Policy load(Path directory) throws IOException {
        if (Files.exists(directory.resolve("authz.wasm"))) {
            throw new IOException("authz.wasm is there, which this version does not know how to ask");
        }
        Path file = directory.resolve(Path.of("data", "scopes.json")).toAbsolutePath();
        String text;
        try {
            text = Files.readString(file);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read", e);
        }
        Policy policy = new Policy(parse(text, file), version(text));
        for (Map.Entry<String, Rule> rule : policy.rules.entrySet()) {
            if (!ManagementScopes.ALL.containsAll(rule.getValue().required())) {
                throw new IOException(rule.getKey() + " asks for a scope that does not exist");
            }
        }
        return policy;
    }

    private static Map<String, Rule> parse(String text, Path file) throws IOException {
        try {
            Map<String, Rule> rules = Wire.parse(text, RULES);
            if (rules != null && !rules.containsValue(null)) {
                return rules;
            }
        } catch (UncheckedIOException e) {
            throw new IOException(file + " is no JSON object of rules", e);
        }
        throw new IOException(file + " has an operation without a rule");
    }

    /** The first digits of what {@code sha256sum} says of the file. */
    private static String version(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, VERSION_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    String version() {
        return version;
    }

    Rule rule(String method, String template) {
        return rules.getOrDefault(method + " " + template, DENY);
    }
}
