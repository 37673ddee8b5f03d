package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A product whose POLICY_DIR holds an authz.wasm, over HTTP. */
final class CompiledPolicyTest {
    private static final Path COMPILED = Path.of("..", "gateway", "src", "test", "resources", "policies", "authz.wasm");
    private static final Path RULES = Path.of("..", "policies", "data", "scopes.json");

    @Test
    void thePolicyDecidesAndSaysWhy(@TempDir Path directory) throws IOException {
        Files.copy(COMPILED, directory.resolve("authz.wasm"));
        Files.createDirectory(directory.resolve("data"));
        Files.writeString(
                directory.resolve("data/scopes.json"),
                Files.readString(RULES)
                        .replace(
                                "\"GET /api/v1/agents\": { \"scopes\": [\"agents:read\"] }",
                                "\"GET /api/v1/agents\": { \"scopes\": [\"agents:read\", \"audit:read\"] }")
                        .replace(
                                "\"GET /api/v1/keys\": { \"scopes\": [\"keys:write\"] }",
                                "\"GET /api/v1/keys\": { \"public\": true }"));
        try (RunningProduct product = RunningProduct.start(Map.of("POLICY_DIR", directory.toString()))) {
            OAuthCaller caller = new OAuthCaller(product);
            assertThat(product.json("GET", "/api/v1/agents", caller.admin(), "").status())
                    .isEqualTo(200);
            Reply refused = product.json("GET", "/api/v1/agents", product.administrator("agents:read"), "");
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.text("message"))
                    .isEqualTo("The policy refuses this: this takes another scope, or another caller");
            assertThat(product.json("GET", "/api/v1/agents", "", "").status()).isEqualTo(401);

            assertThat(product.json("GET", "/api/v1/keys", "", "").status()).isEqualTo(200);
            assertThat(product.json("GET", "/health", "no token, and none is asked for", "")
                            .status())
                    .isEqualTo(200);

            Client client = caller.register();
            String token = caller.token(client, "");
            String own = OAuthCaller.AGENTS + client.id() + "/credentials";
            assertThat(product.json("GET", own, token, "").status()).isEqualTo(200);
            assertThat(product.json(
                                    "GET",
                                    OAuthCaller.AGENTS + caller.register().id() + "/credentials",
                                    token,
                                    "")
                            .status())
                    .isEqualTo(403);
            assertThat(caller.introspect(client, token).json().path("active").asBoolean())
                    .isTrue();
            assertThat(caller.post(OAuthCaller.INTROSPECT, "Bearer " + token, "token=" + token)
                            .status())
                    .isEqualTo(403);
            assertThat(caller.post(OAuthCaller.TOKEN, "Bearer " + token, OAuthCaller.GRANT)
                            .status())
                    .isEqualTo(401);
            assertThat(caller.revoke(client, token).status()).isEqualTo(200);
            assertThat(caller.isActive(token)).isFalse();
        }
    }
}
