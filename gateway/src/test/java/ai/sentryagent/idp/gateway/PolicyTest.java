package ai.sentryagent.idp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.gateway.contract.ApiContract;
import ai.sentryagent.idp.gateway.contract.ApiOperation;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.Settings;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The policy that is shipped says what the contract says, no more and no less. */
final class PolicyTest {
    private static final String SHIPPED = Path.of("..", "policies").toString();
    private final ApiContract contract = ApiContract.load();

    private static PolicyInForce policy(String directory) {
        Settings settings = new Settings(new JsonObject().put("POLICY_DIR", directory));
        PolicyInForce policy = PolicyInForce.read(settings);
        settings.check();
        return policy;
    }

    @Test
    void everyOperationHasARuleAndEveryRuleAnOperation() throws IOException {
        JsonObject rules = new JsonObject(Files.readString(Path.of(SHIPPED, "data", "scopes.json")));
        assertThat(rules.fieldNames())
                .isEqualTo(contract.operations().stream()
                        .map(operation -> operation.method() + " " + operation.path())
                        .collect(Collectors.toSet()));
    }

    @Test
    void theRulesAreThoseOfTheDocument() throws IOException {
        ScopePolicy shipped = ScopePolicy.of(PolicyFiles.read(Path.of(SHIPPED)));
        JsonObject paths =
                contract.openApiJson("https://idp.example").toJsonObject().getJsonObject("paths");
        for (ApiOperation operation : contract.operations()) {
            JsonObject stated = paths.getJsonObject(operation.path())
                    .getJsonObject(operation.method().name().toLowerCase(Locale.ROOT));
            ScopeRule rule = shipped.rule(operation.method().name(), operation.path());
            String scope = stated.getString("x-required-scope");
            String security = String.valueOf(stated.getJsonArray("security"));
            assertThat(rule.required()).as(operation.id()).isEqualTo(scope == null ? List.of() : List.of(scope));
            assertThat(rule.self()).as(operation.id()).isEqualTo(stated.getBoolean("x-or-own-agent", false));
            assertThat(rule.client()).as(operation.id()).isEqualTo(security.contains("clientBasic"));
            assertThat(rule.open()).as(operation.id()).isEqualTo(security.equals("[]"));
        }
    }

    @Test
    void aVersionTellsNamesAndPlacesOfTextsApart() {
        List<Map<String, String>> different = List.of(
                Map.of("a", "{}", "b", "[]"),
                Map.of("a", "{}", "c", "[]"),
                Map.of("a", "{}[", "b", "]"),
                Map.of("ab", "{}[]"));
        assertThat(different.stream().map(data -> new PolicyFiles(Optional.empty(), new TreeMap<>(data)).version()))
                .doesNotHaveDuplicates();
    }

    @Test
    void whatHasNoRuleIsDenied() throws IOException {
        ScopeRule rule = ScopePolicy.of(PolicyFiles.read(Path.of(SHIPPED))).rule("GET", "/api/v1/unheard-of");
        assertThat(rule.open() || rule.self() || rule.client() || rule.bearer()).isFalse();
        assertThat(rule.required()).isEmpty();
    }

    @Test
    void whatIsReadAgainHoldsFromThenOnAndWhatIsNoGoodDoesNot(@TempDir Path directory) throws IOException {
        Path file = Files.createDirectory(directory.resolve("data")).resolve("scopes.json");
        Files.writeString(file, "{\"GET /health\": {\"public\": true}}");
        PolicyInForce policy = policy(directory.toString());
        String first = policy.version();
        assertThat(isOpen(policy)).isTrue();

        Files.writeString(file, "{\"GET /health\": {\"scopes\": [\"audit:read\"]}}");
        assertThat(isOpen(policy)).as("not read yet").isTrue();
        policy.run();
        assertThat(isOpen(policy)).isFalse();
        String second = policy.version();
        assertThat(second).isNotEqualTo(first).matches("[0-9a-f]{12}");

        for (String bad : List.of(
                "",
                "{",
                "null",
                "{\"GET /health\": null}",
                "[]",
                "{\"GET /health\": {\"scopes\": [\"all\"]}}",
                "{\"GET /health\": {\"scopes\": [null]}}",
                "{\"GET /health\": {\"publik\": true}}",
                "{\"GET /health\": {\"public\": true}, \"GET /health\": {\"public\": false}}",
                "{\"GET /health\": {\"public\": true}} more")) {
            Files.writeString(file, bad);
            policy.run();
            assertThat(policy.version()).as(bad).isEqualTo(second);
            assertThatThrownBy(() -> policy(directory.toString()))
                    .as(bad)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("POLICY_DIR");
        }
        Files.delete(file);
        policy.run();
        assertThat(isOpen(policy)).isFalse();
        assertThat(policy.version()).isEqualTo(second);
    }

    private boolean isOpen(PolicyInForce policy) {
        return contract.operations().stream()
                .filter(operation -> operation.id().equals("getHealth"))
                .allMatch(health -> policy.access(new Target(health, Map.of())).open());
    }

    @Test
    void aMissingDirectoryIsAMistakeInTheSettings() {
        assertThatThrownBy(() -> policy("no-such-directory"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("POLICY_DIR");
    }
}
