package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every row of {@code bad-requests.yaml}: the right refusal, every failing field named, and nothing half done. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BadRequestsTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Management management = Management.of(product);
    private final Management.Agent agent = management.register();
    private final String keyless = product.administrator(RunningProduct.ALL_SCOPES.replace(" keys:write", ""));
    private final String before = everything();

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRefusedAndChangesNothing(JsonNode row) {
        String[] call = filled(row.path("do").asText()).split(" ", 2);
        String[] expected = row.path("expect").asText().split(" ", -1);

        Reply reply = product.send(call[0], call[1], headers(row), body(call[0], row));

        assertThat(reply.status()).as("%s", reply.json()).isEqualTo(Integer.parseInt(expected[0]));
        assertThat(reply.text("code")).isEqualTo(expected[1]);
        assertThat(reply.json().at("/details/errors").findValuesAsText("field"))
                .containsExactlyInAnyOrderElementsOf(Rows.texts(row.path("fields")));
        assertThat(reply.json().toString()).doesNotContain("Exception", "SELECT", "java.");
        assertThat(everything()).isEqualTo(before);
    }

    /** A pattern that tries every place of such a text anew would hold an event loop for many seconds. */
    @ParameterizedTest
    @ValueSource(strings = {"a", " ", "\u00a0", "\u200b"})
    void aTextIsReadOnceHoweverLong(String character) {
        String owner = character.repeat(60_000 / character.getBytes(StandardCharsets.UTF_8).length) + "\u0001";
        Future<Reply> refused = CompletableFuture.supplyAsync(() -> management.patch(
                agent.path(), JsonNodeFactory.instance.objectNode().put("owner", owner)));
        assertThat(refused).succeedsWithin(Duration.ofSeconds(5)).satisfies(reply -> assertThat(reply.status())
                .isEqualTo(400));
    }

    private static Stream<JsonNode> rows() {
        return Rows.of("bad-requests.yaml").stream();
    }

    private String everything() {
        return management.get("/api/v1/agents?limit=100").json().toString()
                + management.get(agent.path() + "/credentials?limit=100").json();
    }

    private Map<String, String> headers(JsonNode row) {
        Map<String, String> headers = new LinkedHashMap<>();
        String type = row.path("type").asText(row.has("body") || row.has("with") ? "application/json" : "none");
        if (!type.equals("none")) {
            headers.put("content-type", type);
        }
        String as = row.path("as").asText(management.token());
        if (!as.equals("nobody")) {
            headers.put("authorization", "Bearer " + (as.equals("keyless") ? keyless : as));
        }
        row.path("headers")
                .properties()
                .forEach(
                        header -> headers.put(header.getKey(), header.getValue().asText()));
        return headers;
    }

    private static String body(String method, JsonNode row) {
        if (!row.has("with")) {
            return Rows.expanded(row.path("body").asText(""));
        }
        ObjectNode body = method.equals("POST")
                ? Management.registration()
                : Management.registration().removeAll();
        body.setAll((ObjectNode) row.get("with"));
        body.remove(Rows.texts(row.path("without")));
        return Rows.expanded(body.toString());
    }

    private String filled(String path) {
        return Rows.expanded(path).replace("{agent}", agent.id()).replace("{credential}", agent.credentialId());
    }
}
