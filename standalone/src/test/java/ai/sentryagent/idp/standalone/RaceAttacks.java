package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Management.Agent;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every row of {@code races.yaml}, so many times: the end is one that may be, and what it switches off does not work. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class RaceAttacks {
    final Target raced;
    private final RunningProduct product;
    private final Management management;
    private final int rounds;

    RaceAttacks(Target target, int rounds) {
        this.raced = target;
        this.product = target.product();
        this.management = target.management();
        this.rounds = rounds;
    }

    static Stream<JsonNode> rows() {
        return Rows.of("attacks/races.yaml").stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void endsAsItMayAndSwitchesOffWhatItSays(JsonNode row) throws Exception {
        List<String> race = Rows.texts(row.path("race"));
        for (int round = 0; round < rounds; round++) {
            Agent agent = management.register();
            String before = management.as(agent, "").token();
            boolean wasSuspended = row.has("from");
            if (wasSuspended) {
                assertThat(act("suspend", agent).status()).isEqualTo(200);
            }
            List<Reply> replies = Crowd.together(List.of(() -> act(race.get(0), agent), () -> act(race.get(1), agent)));

            String answers = replies.get(0).status() + " " + replies.get(1).status();
            assertThat(answers).as("%s", replies).isIn(Rows.texts(row.path("answers")));
            String end = management.get(agent.path()).text("status") + " " + firstCredential(agent);
            assertThat(end).isIn(Rows.texts(row.path("ends")));
            boolean tokensEnded = wasSuspended
                    || race.contains("suspend")
                    || done("rotateTokens", race, replies)
                    || !end.equals("active active");
            assertThat(isAlive(agent, before)).as(end).isEqualTo(!tokensEnded);
            tellsSecretsApart(agent, race, replies, end);
        }
    }

    private void tellsSecretsApart(Agent agent, List<String> race, List<Reply> replies, String end) {
        List<String> handedOut = new ArrayList<>();
        boolean rotated = false;
        for (int i = 0; i < race.size(); i++) {
            Reply reply = replies.get(i);
            boolean made = reply.status() == 200 || reply.status() == 201;
            if (made && race.get(i).matches("rotate.*|generate")) {
                handedOut.add(reply.text("clientSecret"));
                rotated |= !race.get(i).equals("generate");
            } else if (made && race.get(i).equals("issue") && mustBeDead(race, end)) {
                assertThat(isAlive(agent, reply.text("access_token"))).as(end).isFalse();
            }
        }
        long newOnes = handedOut.stream().filter(secret -> works(agent, secret)).count();
        assertThat(newOnes).as(end).isEqualTo(end.equals("active active") && !handedOut.isEmpty() ? 1 : 0);
        assertThat(works(agent, agent.secret())).as(end).isEqualTo(end.equals("active active") && !rotated);
    }

    /** A token that is issued with the first secret, whenever that was. */
    private static boolean mustBeDead(List<String> race, String end) {
        return race.contains("rotateTokens") || !end.equals("active active");
    }

    private static boolean done(String action, List<String> race, List<Reply> replies) {
        int index = race.indexOf(action);
        return index >= 0 && replies.get(index).status() == 200;
    }

    private Reply act(String action, Agent agent) {
        String rotation = agent.credential() + "/rotate";
        return switch (action) {
            case "issue" -> product.token(agent.id(), agent.secret(), "");
            case "rotate" -> management.post(rotation, "");
            case "rotateTokens" -> management.post(rotation, "{\"revokeTokens\":true}");
            case "generate" -> management.post(agent.path() + "/credentials", "");
            case "revoke" -> management.delete(agent.credential());
            case "suspend" -> management.patch(agent.path(), "{\"status\":\"suspended\"}");
            case "reactivate" -> management.patch(agent.path(), "{\"status\":\"active\"}");
            case "decommission" -> management.delete(agent.path());
            default -> throw new IllegalArgumentException(action);
        };
    }

    private String firstCredential(Agent agent) {
        for (JsonNode credential :
                management.get(agent.path() + "/credentials").json().path("data")) {
            if (credential.path("credentialId").asText().equals(agent.credentialId())) {
                return credential.path("status").asText();
            }
        }
        return "gone";
    }

    /** Both who verify must say the same. */
    private boolean isAlive(Agent agent, String token) {
        boolean opens =
                product.json("GET", agent.path() + "/credentials", token, "").status() == 200;
        assertThat(management.isActive(token)).isEqualTo(opens);
        return opens;
    }

    private boolean works(Agent agent, String secret) {
        return product.token(agent.id(), secret, "").status() == 200;
    }
}
