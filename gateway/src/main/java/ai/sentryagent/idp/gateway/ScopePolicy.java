package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.agents.ManagementScopes;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Map;

/** Who may call which operation, from {@code POLICY_DIR/data/scopes.json}. An operation without an entry is denied. */
final class ScopePolicy implements Policy {
    private static final String FILE = "data/scopes.json";
    private static final ScopeRule DENY = new ScopeRule(null, false, false, false, false);
    /** A rule that is written twice, or a member that is mistyped, would let in whom nobody meant. */
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final TypeReference<Map<String, ScopeRule>> RULES = new TypeReference<>() {};

    /** Denies everything. */
    static final ScopePolicy NONE = new ScopePolicy(Map.of(), "none");

    private final Map<String, ScopeRule> rules;
    private final String version;

    private ScopePolicy(Map<String, ScopeRule> rules, String version) {
        this.rules = Map.copyOf(rules);
        this.version = version;
    }

    /** Fails with a message for whoever wrote it when it is not there or asks for what does not exist. */
    static ScopePolicy of(PolicyFiles files) throws IOException {
        String text = files.data().get("scopes");
        if (text == null) {
            throw new IOException(FILE + " cannot be read");
        }
        ScopePolicy policy = new ScopePolicy(parse(text), files.version());
        for (Map.Entry<String, ScopeRule> rule : policy.rules.entrySet()) {
            if (!ManagementScopes.ALL.containsAll(rule.getValue().required())) {
                throw new IOException(rule.getKey() + " asks for a scope that does not exist");
            }
        }
        return policy;
    }

    private static Map<String, ScopeRule> parse(String text) throws IOException {
        try {
            Map<String, ScopeRule> rules = JSON.readValue(text, RULES);
            if (rules != null && !rules.containsValue(null)) {
                return rules;
            }
        } catch (JsonProcessingException e) {
            throw new IOException(FILE + " is no JSON object of rules", e);
        }
        throw new IOException(FILE + " has an operation without a rule");
    }

    @Override
    public String version() {
        return version;
    }

    @Override
    public Access access(Target target) {
        ScopeRule rule =
                rule(target.operation().method().name(), target.operation().path());
        return new ScopeAccess(rule, rule.self() ? target.agentId() : null);
    }

    ScopeRule rule(String method, String template) {
        return rules.getOrDefault(method + " " + template, DENY);
    }
}
