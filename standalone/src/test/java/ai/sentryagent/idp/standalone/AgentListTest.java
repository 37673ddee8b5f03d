package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code GET /api/v1/agents}: filters, alone and combined, and pages. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentListTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Management management = Management.of(product);

    @BeforeAll
    void registerAFleet() {
        register("a1", "screener", "red", "staging");
        register("a2", "screener", "red", "production");
        register("a3", "router", "red", "staging");
        register("a4", "router", "blue", "development");
        register("a5", "screener", "blue & green/100%", "staging");
        change("a2", "{\"status\":\"suspended\"}");
        change("a3", "{\"status\":\"decommissioned\"}");
    }

    @AfterAll
    void stop() {
        product.close();
    }

    private void register(String name, String type, String owner, String env) {
        Reply made = management.post(
                Management.AGENTS,
                Management.registration()
                        .put("email", name + "@Fleet.example")
                        .put("agentType", type)
                        .put("owner", owner)
                        .put("deploymentEnv", env));
        assertThat(made.status()).isEqualTo(201);
    }

    private void change(String name, String change) {
        String id = list("?email=" + name + "@fleet.example")
                .json()
                .at("/data/0/agentId")
                .asText();
        assertThat(management.patch(Management.AGENTS + "/" + id, change).status())
                .isEqualTo(200);
    }

    private Reply list(String query) {
        return management.get(Management.AGENTS + query);
    }

    private static List<String> names(Reply page) {
        return page.json().path("data").findValuesAsText("email").stream()
                .map(email -> email.replaceFirst("@.*", ""))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "                                              | a5 a4 a3 a2 a1 admin",
                "?agentType=screener                           | a5 a2 a1",
                "?agentType=monitor                            | ''",
                "?owner=red                                    | a3 a2 a1",
                "?owner=Red                                    | ''",
                "?owner=blue%20%26%20green%2F100%25            | a5",
                "?deploymentEnv=staging                        | a5 a3 a1",
                "?status=active                                | a5 a4 a1 admin",
                "?status=suspended                             | a2",
                "?status=decommissioned                        | a3",
                "?email=a4@fleet.example                       | a4",
                "?email=A4@FLEET.EXAMPLE                       | a4",
                "?email=a4@fleet.exampl                        | ''",
                "?owner=red&agentType=screener                 | a2 a1",
                "?owner=red&agentType=screener&status=active   | a1",
                "?owner=red&deploymentEnv=staging&status=decommissioned&agentType=router&email=a3@fleet.example | a3",
                "?owner=blue&status=suspended                  | ''",
            })
    void filtersCombine(String query, String expected) {
        Reply page = list(query == null ? "" : query);
        assertThat(String.join(" ", names(page))).isEqualTo(expected);
        assertThat(page.json().path("total").asInt()).isEqualTo(names(page).size());
    }

    @Test
    void pagesFollowEachOtherWithoutGapAndRepeat() {
        List<String> walked = new ArrayList<>();
        for (int page = 1; page <= 3; page++) {
            Reply reply = list("?limit=2&page=" + page);
            assertThat(reply.json().path("page").asInt()).isEqualTo(page);
            assertThat(reply.json().path("limit").asInt()).isEqualTo(2);
            assertThat(reply.json().path("total").asInt()).isEqualTo(6);
            walked.addAll(names(reply));
        }
        assertThat(walked).containsExactly("a5", "a4", "a3", "a2", "a1", "admin");
    }

    @Test
    void aPageCountsWithinItsFilter() {
        Reply reply = list("?owner=red&limit=2&page=2");
        assertThat(names(reply)).containsExactly("a1");
        assertThat(reply.json().path("total").asInt()).isEqualTo(3);
    }

    @Test
    void aPagePastTheEndIsEmptyHoweverFar() {
        Reply reply = list("?page=2147483647&limit=100");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(names(reply)).isEmpty();
        assertThat(reply.json().path("total").asInt()).isEqualTo(6);
    }

    @Test
    void twentyIsThePageThatNobodyAskedFor() {
        JsonNode page = list("").json();
        assertThat(page.path("limit").asInt()).isEqualTo(20);
        assertThat(page.path("page").asInt()).isEqualTo(1);
    }

    @Test
    void anEmailKeepsTheCaseItWasRegisteredWith() {
        assertThat(list("?email=a1@fleet.example").json().at("/data/0/email").asText())
                .isEqualTo("a1@Fleet.example");
    }
}
