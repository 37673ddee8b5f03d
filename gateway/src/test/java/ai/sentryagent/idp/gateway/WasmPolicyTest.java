package ai.sentryagent.idp.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.gateway.contract.ApiContract;
import ai.sentryagent.idp.gateway.contract.ApiOperation;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.Settings;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.AgentType;
import ai.sentryagent.idp.schema.agents.DeploymentEnv;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import ai.sentryagent.idp.schema.credentials.Client;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shipped policy as the Open Policy Agent compiled it. */
final class WasmPolicyTest {
    private static final Path SHIPPED = Path.of("..", "policies");
    private static final Path COMPILED = Path.of("src", "test", "resources", "policies");
    private static final UUID AGENT = UUID.fromString("019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11");
    private static final UUID OTHER = UUID.fromString("019cad9e-5a1d-7f20-8b6e-3c9d7e1f4a52");

    private final Path directory;

    WasmPolicyTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        Files.copy(COMPILED.resolve("authz.wasm"), directory.resolve("authz.wasm"));
        Files.createDirectory(directory.resolve("data"));
        Files.copy(SHIPPED.resolve("data/scopes.json"), directory.resolve("data/scopes.json"));
    }

    /** Whoever changes the source compiles it again: how stands at its head. */
    @Test
    void whatWasCompiledIsTheSourceThatIsShipped() throws Exception {
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(SHIPPED.resolve("authz.rego")));
        assertThat(Files.readString(COMPILED.resolve("authz.rego.sha256")).strip())
                .isEqualTo(HexFormat.of().formatHex(digest));
    }

    @Test
    void itDecidesAsTheRulesDoWhoeverCallsWhatever() throws IOException {
        ScopePolicy rules = ScopePolicy.of(PolicyFiles.read(SHIPPED));
        WasmPolicy compiled = compiled();
        for (ApiOperation operation : ApiContract.load().operations()) {
            Target target = new Target(operation, parameters(operation));
            Access said = rules.access(target);
            Access asked = compiled.access(target);
            assertThat(asked.open()).as("open %s", operation.id()).isEqualTo(said.open());
            if (!said.open()) {
                assertThat(asked.takesClients())
                        .as("clients %s", operation.id())
                        .isEqualTo(said.takesClients());
                assertThat(asked.takesTokens()).as("tokens %s", operation.id()).isEqualTo(said.takesTokens());
                callers()
                        .filter(who -> who.client() == null || said.takesClients())
                        .filter(who -> who.client() != null || said.takesTokens())
                        .forEach(who -> assertThat(passes(asked, who))
                                .as("%s by %s", operation.id(), who)
                                .isEqualTo(passes(said, who)));
            }
        }
    }

    private static Map<String, String> parameters(ApiOperation operation) {
        return Pattern.compile("\\{([^}]+)}")
                .matcher(operation.path())
                .results()
                .map(parameter -> parameter.group(1))
                .collect(Collectors.toMap(
                        name -> name, name -> name.equals("agentId") ? AGENT.toString() : "something"));
    }

    private static Stream<Identity> callers() {
        Stream<Set<String>> scopes = Stream.concat(
                ManagementScopes.ALL.stream().map(Set::of),
                Stream.of(Set.of("data:read"), Set.copyOf(ManagementScopes.ALL), Set.of("data:read", "audit:read")));
        Client client = new Client(
                AGENT, OTHER, 1, 1, AgentType.ROUTER, DeploymentEnv.STAGING, List.of("data:*"), List.of("agents:read"));
        return Stream.concat(
                scopes.flatMap(held -> Stream.of(AGENT, OTHER).map(agent -> new Identity(agent, held, null, null))),
                Stream.of(Identity.of(client)));
    }

    private static boolean passes(Access access, Identity who) {
        try {
            access.require(who);
            return true;
        } catch (ServiceException refused) {
            return false;
        }
    }

    @Test
    void whatItSaysNothingAboutIsRefusedWithItsReason() throws IOException {
        Files.writeString(directory.resolve("data/scopes.json"), "{}");
        Access access = compiled().access(new Target(operation("getHealth"), Map.of()));
        assertThat(access.open()).isFalse();
        assertThatThrownBy(() -> access.require(new Identity(AGENT, Set.of("agents:read"), null, null)))
                .isInstanceOf(ServiceException.class)
                .hasMessage("The policy refuses this: no rule is known for this method and path");
    }

    @Test
    void itComesBeforeTheRulesAndEachChangeOfItIsAnotherVersion() throws IOException {
        PolicyInForce policy = policy();
        String first = policy.version();
        Files.writeString(directory.resolve("data/scopes.json"), "{\"GET /health\": {\"public\": true}}");
        assertThat(policy.version()).as("not read yet").isEqualTo(first);
        policy.run();
        assertThat(policy.version()).isNotEqualTo(first).matches("[0-9a-f]{12}");
        assertThatThrownBy(() -> policy.access(new Target(operation("listAgents"), Map.of()))
                        .require(new Identity(AGENT, Set.of("agents:read"), null, null)))
                .as("the rules would speak of a scope")
                .hasMessageStartingWith("The policy refuses this");
    }

    @Test
    void whatIsNoPolicyEndsTheStartAndLeavesTheOldOneInForce() throws IOException {
        PolicyInForce policy = policy();
        String first = policy.version();
        byte[] good = Files.readAllBytes(directory.resolve("authz.wasm"));
        byte[] otherResult = Files.readAllBytes(COMPILED.resolve("no-object.wasm"));
        for (byte[] bad : List.of(
                new byte[0],
                "package authz".getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(good, good.length / 2),
                otherResult)) {
            Files.write(directory.resolve("authz.wasm"), bad);
            policy.run();
            assertThat(policy.version()).isEqualTo(first);
            assertThatThrownBy(this::policy)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("POLICY_DIR does not hold a policy: authz.wasm cannot be asked");
        }
        Files.write(directory.resolve("authz.wasm"), good);
        Files.writeString(directory.resolve("data/scopes.json"), "{");
        policy.run();
        assertThat(policy.version()).isEqualTo(first);
    }

    private WasmPolicy compiled() throws IOException {
        PolicyFiles files = PolicyFiles.read(directory);
        return WasmPolicy.of(files.module().orElseThrow(), files);
    }

    private PolicyInForce policy() {
        Settings settings = new Settings(new JsonObject().put("POLICY_DIR", directory.toString()));
        PolicyInForce policy = PolicyInForce.read(settings);
        settings.check();
        return policy;
    }

    private static ApiOperation operation(String id) {
        return ApiContract.load().operations().stream()
                .filter(operation -> operation.id().equals(id))
                .findFirst()
                .orElseThrow();
    }
}
