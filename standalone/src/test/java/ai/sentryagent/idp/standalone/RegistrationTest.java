package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may be registered: one agent an e-mail, no more than the limit, and no scope that the caller lacks. */
final class RegistrationTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "admin",
                "@agentidp.local",
                "a b@agentidp.local",
                "a@b@agentidp.local",
                "admin@localhost",
                "a@10.0.0.1"
            })
    void theFirstAdministratorsAddressMustBeOne(String address) {
        assertThatThrownBy(() -> RunningProduct.start(Map.of("BOOTSTRAP_EMAIL", address)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("BOOTSTRAP_EMAIL must be an e-mail address");
    }

    @Test
    void anEmailBelongsToOneAgentWhateverItsCaseAndForGood() {
        try (RunningProduct product = RunningProduct.start(Map.of())) {
            Management management = Management.of(product);
            ObjectNode registration = Management.registration().put("email", "One@Agents.Example");
            Management.Agent first = management.register(registration);

            for (String email : List.of("One@Agents.Example", "one@agents.example", "ONE@AGENTS.EXAMPLE")) {
                Reply again = management.post(Management.AGENTS, registration.put("email", email));
                assertThat(again.status()).isEqualTo(409);
                assertThat(again.text("code")).isEqualTo("AGENT_ALREADY_EXISTS");
            }
            assertThat(management.delete(first.path()).status()).isEqualTo(204);
            assertThat(management.post(Management.AGENTS, registration).text("code"))
                    .isEqualTo("AGENT_ALREADY_EXISTS");
        }
    }

    @Test
    void oneOfManyWhoRegisterTheSameEmailAtOnceGetsIt() throws Exception {
        try (RunningProduct product = RunningProduct.start(Map.of())) {
            Management management = Management.of(product);
            ObjectNode registration = Management.registration();
            List<Integer> statuses = atOnce(
                    20, i -> management.post(Management.AGENTS, registration).status());
            assertThat(statuses).filteredOn(status -> status == 201).hasSize(1);
            assertThat(statuses).filteredOn(status -> status == 409).hasSize(19);
            assertThat(management.get(Management.AGENTS).json().path("total").asInt())
                    .isEqualTo(2);
        }
    }

    @Test
    void theLimitHoldsToTheLastPlaceWhenFiftyRaceAndAnEndGivesItsPlaceBack() throws Exception {
        try (RunningProduct product = RunningProduct.start(Map.of("MAX_AGENTS", "11"))) {
            Management management = Management.of(product); // the administrator has one of the eleven
            List<Reply> replies = atOnce(50, i -> management.post(Management.AGENTS, Management.registration()));
            List<Reply> made =
                    replies.stream().filter(reply -> reply.status() == 201).toList();
            List<Reply> refused =
                    replies.stream().filter(reply -> reply.status() == 403).toList();
            assertThat(made).hasSize(10);
            assertThat(refused).hasSize(40).allSatisfy(reply -> {
                assertThat(reply.text("code")).isEqualTo("FREE_TIER_LIMIT_EXCEEDED");
                assertThat(reply.json().at("/details/limit").asInt()).isEqualTo(11);
                assertThat(reply.json().at("/details/current").asInt()).isEqualTo(11);
            });

            String path = made.get(0).header("location");
            assertThat(management.patch(path, "{\"status\":\"suspended\"}").status())
                    .isEqualTo(200);
            assertThat(management
                            .post(Management.AGENTS, Management.registration())
                            .status())
                    .isEqualTo(403);
            assertThat(management.delete(path).status()).isEqualTo(204);
            assertThat(management.delete(path).status()).isEqualTo(409);
            List<Integer> afterwards = atOnce(10, i -> management
                    .post(Management.AGENTS, Management.registration())
                    .status());
            assertThat(afterwards).filteredOn(status -> status == 201).hasSize(1);
        }
    }

    @Test
    void aRegistrationThatFailsTakesNoPlace() {
        try (RunningProduct product = RunningProduct.start(Map.of("MAX_AGENTS", "2"))) {
            Management management = Management.of(product);
            ObjectNode taken = Management.registration().put("email", "admin@agentidp.local");
            for (int i = 0; i < 3; i++) {
                assertThat(management.post(Management.AGENTS, taken).status()).isEqualTo(409);
            }
            assertThat(management
                            .post(Management.AGENTS, Management.registration())
                            .status())
                    .isEqualTo(201);
        }
    }

    @Test
    void zeroMeansNoLimit() throws Exception {
        try (RunningProduct product = RunningProduct.start(Map.of("MAX_AGENTS", "0"))) {
            Management management = Management.of(product);
            List<Integer> statuses = atOnce(120, i -> management
                    .post(Management.AGENTS, Management.registration())
                    .status());
            assertThat(Set.copyOf(statuses)).containsExactly(201);
        }
    }

    @Test
    void nobodyGrantsWhatTheirTokenLacksInAnyWay() {
        try (RunningProduct product = RunningProduct.start(Map.of())) {
            Management management = Management.of(product);
            Management.Agent agent = management.register(managing("agents:write"));
            Management narrow = management.as(agent, "agents:write");
            for (String scope : List.of("agents:read", "tokens:read", "tokens:write", "audit:read", "keys:write")) {
                ObjectNode wish = managing("agents:write", scope);
                ObjectNode change = Management.json("{\"owner\":\"me\"}").set("scopes", wish.get("scopes"));
                assertThat(List.of(narrow.post(Management.AGENTS, wish), narrow.patch(agent.path(), change)))
                        .allSatisfy(refused -> {
                            assertThat(refused.status()).isEqualTo(403);
                            assertThat(refused.text("code")).isEqualTo("FORBIDDEN");
                            assertThat(refused.json()
                                            .at("/details/requiredScope")
                                            .asText())
                                    .isEqualTo(scope);
                        });
            }
            Reply after = management.get(agent.path());
            assertThat(after.text("owner")).isEqualTo("team");
            assertThat(after.json().path("scopes")).hasSize(1);
            assertThat(narrow.post(Management.AGENTS, managing("agents:write")).status())
                    .isEqualTo(201);
        }
    }

    private static ObjectNode managing(String... scopes) {
        ObjectNode registration = Management.registration();
        List.of(scopes).forEach(registration.putArray("scopes")::add);
        return registration;
    }

    private interface Call<T> {
        T of(int number);
    }

    private static <T> List<T> atOnce(int count, Call<T> call) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(50);
        try {
            List<Callable<T>> calls = IntStream.range(0, count)
                    .<Callable<T>>mapToObj(i -> () -> call.of(i))
                    .toList();
            List<T> results = new ArrayList<>();
            for (Future<T> result : threads.invokeAll(calls)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }
}
