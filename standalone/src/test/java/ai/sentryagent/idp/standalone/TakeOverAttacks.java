package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Management.Agent;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of {@code take-overs.yaml}: refused, and everybody has what they had. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class TakeOverAttacks {
    private final RunningProduct product;
    private final Management management;
    private final Map<String, Management> attackers = new HashMap<>();
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final String victims;
    private final String before;

    TakeOverAttacks(Target target) {
        product = target.product();
        management = target.management();
        enlist("plain");
        enlist("writer", "agents:write");
        enlist("warden", "agents:write", "tokens:write");
        enlist("reader", "agents:read", "tokens:read", "audit:read");
        agents.put("victim", management.register());
        // as strong as the first administrator, but nobody else's business
        agents.put("admin", management.register(registration(RunningProduct.ALL_SCOPES.split(" ", -1))));
        attackers.put("narrow", management.as(agent("admin"), "agents:write"));
        victims = management.as(agent("victim"), "").token();
        before = everything();
    }

    private void enlist(String name, String... scopes) {
        Agent agent = management.register(registration(scopes));
        agents.put(name, agent);
        attackers.put(name, management.as(agent, String.join(" ", scopes)));
    }

    private static ObjectNode registration(String... scopes) {
        ObjectNode registration = Management.registration();
        Stream.of(scopes).forEach(registration.putArray("scopes")::add);
        return registration;
    }

    static Stream<JsonNode> rows() {
        return Rows.of("attacks/take-overs.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void isRefusedAndEverybodyHasWhatTheyHad(JsonNode row) {
        String as = row.path("as").asText();
        String[] call = filled(row.path("do").asText(), as).split(" ", 2);
        String[] expected = row.path("expect").asText().split(" ", -1);
        boolean isForm = row.has("form");
        Map<String, String> headers = new HashMap<>();
        headers.put("authorization", "Bearer " + attacker(as).token());
        if (isForm || row.has("body")) {
            headers.put("content-type", isForm ? "application/x-www-form-urlencoded" : "application/json");
        }
        row.path("headers")
                .properties()
                .forEach(header ->
                        headers.put(header.getKey(), filled(header.getValue().asText(), as)));

        Reply reply = product.send(
                call[0],
                call[1],
                headers,
                filled(row.path(isForm ? "form" : "body").asText(), as));

        assertThat(reply.status()).as("%s", reply).isEqualTo(Integer.parseInt(expected[0]));
        if (expected.length == 2) {
            assertThat(reply.text(isForm ? "error" : "code")).isEqualTo(expected[1]);
        }
        assertThat(everything()).isEqualTo(before);
        assertThat(management.isActive(victims)).isTrue();
    }

    private String everything() {
        return agents.values().stream()
                .map(agent -> management.get(agent.path()).json() + " "
                        + management.get(agent.path() + "/credentials").json())
                .collect(Collectors.joining("\n"));
    }

    private Management attacker(String name) {
        return Objects.requireNonNull(attackers.get(name), name);
    }

    private Agent agent(String name) {
        return Objects.requireNonNull(agents.get(name), name);
    }

    private String filled(String text, String as) {
        String filled = text.replace("{victim/t}", victims);
        Map<String, Agent> named = new HashMap<>(agents);
        named.put("own", agent(as.equals("narrow") ? "admin" : as));
        for (Map.Entry<String, Agent> entry : named.entrySet()) {
            filled = filled.replace("{" + entry.getKey() + "}", entry.getValue().id())
                    .replace("{" + entry.getKey() + "/c}", entry.getValue().credentialId());
        }
        return filled;
    }
}
