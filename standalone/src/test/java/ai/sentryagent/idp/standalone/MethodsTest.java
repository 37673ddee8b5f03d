package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 9110 §9: which methods a path takes, what is said of the others, and HEAD. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MethodsTest {
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE");

    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Management management = Management.of(product);
    private final Management.Agent agent = management.register();

    @AfterAll
    void stop() {
        product.close();
    }

    static Stream<Arguments> otherMethods() {
        return RunningProduct.CONTRACT.methods().entrySet().stream().flatMap(path -> METHODS.stream()
                .filter(method -> !path.getValue().contains(method))
                .map(method -> Arguments.of(method, path.getKey(), path.getValue())));
    }

    @ParameterizedTest
    @MethodSource("otherMethods")
    void anotherMethodIsRefusedAndTheRightOnesAreNamed(String method, String template, Set<String> taken) {
        Reply reply = product.send(method, filled(template), Map.of(), "");
        assertThat(reply.status()).isEqualTo(405);
        assertThat(Arrays.asList(reply.header("allow").split(", ", -1))).containsExactlyInAnyOrderElementsOf(taken);
    }

    static Stream<String> readable() {
        return RunningProduct.CONTRACT.methods().entrySet().stream()
                .filter(path -> path.getValue().contains("GET"))
                .map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("readable")
    void headAnswersAsGetDoesWithoutTheBody(String template) {
        Reply get = management.get(filled(template));
        Reply head = management.call("HEAD", filled(template), "");
        assertThat(head.status()).isEqualTo(get.status()).isEqualTo(200);
        assertThat(stable(head)).isEqualTo(stable(get));
    }

    @ParameterizedTest
    @MethodSource("readable")
    void headAsksWhoCallsAsGetDoes(String template) {
        Reply get = product.send("GET", filled(template), Map.of(), "");
        Reply head = product.send("HEAD", filled(template), Map.of(), "");
        assertThat(head.status()).isEqualTo(get.status());
        assertThat(head.header("www-authenticate")).isEqualTo(get.header("www-authenticate"));
    }

    @Test
    void headTellsTheLengthOfTheBodyThatItLeavesOut() {
        Reply get = management.get(agent.path());
        Reply head = management.call("HEAD", agent.path(), "");
        assertThat(head.header("content-length")).isEqualTo(get.header("content-length"));
        assertThat(head.header("etag")).isEqualTo(get.header("etag")).isNotEmpty();
    }

    @Test
    void headIsRefusedWhatGetIsRefused() {
        assertThat(management.call("HEAD", "/api/v1/agents?limit=0", "").status())
                .isEqualTo(400);
        assertThat(management
                        .call("HEAD", "/api/v1/agents/" + agent.credentialId(), "")
                        .status())
                .isEqualTo(404);
        assertThat(management.as(agent, "").call("HEAD", agent.path(), "").status())
                .isEqualTo(403);
    }

    private String filled(String template) {
        String event = management
                .get("/api/v1/audit?limit=1")
                .json()
                .at("/data/0/eventId")
                .asText(agent.id());
        return template.replace("{agentId}", agent.id())
                .replace("{credentialId}", agent.credentialId())
                .replace("{eventId}", event)
                .replace("{kid}", "A".repeat(43))
                .replace("{file}", "page.js")
                .replaceFirst("/consistency$", "/consistency?from=1");
    }

    private static Map<String, List<String>> stable(Reply reply) {
        Map<String, List<String>> headers = new HashMap<>(reply.headers());
        headers.keySet().removeAll(Set.of("x-request-id", "content-length", "transfer-encoding", ":status"));
        return headers;
    }
}
