package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.cluster.Checks.Round;
import ai.sentryagent.idp.standalone.cluster.Checks.Told;
import ai.sentryagent.idp.standalone.cluster.Victims.End;
import ai.sentryagent.idp.standalone.cluster.Victims.Victim;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is ended at one gateway is dead at both, behind which there are two of each service. {@code -Dagentidp.revocations}
 * says how often, for whoever wants the times that it prints.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class RevocationReach {
    private static final int TIMES = Integer.getInteger("agentidp.revocations", 100);

    /** Of each way; what the code has not yet been compiled for says nothing about later. */
    private static final int UNTIMED = 5;

    private final TwoOfEach cluster;

    RevocationReach(TwoOfEach cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest
    @Order(1)
    @EnumSource(End.class)
    void noCheckThatBeginsAfterTheAnswerSucceedsAnywhere(End how) throws Exception {
        List<String> gateways = cluster.urls();
        Victims victims = new Victims(gateways.get(0), cluster.administrator());
        Times times = new Times();
        double feltBefore = propagation("sum");
        double countBefore = propagation("count");
        Victim victim = victims.fresh();
        int rounds = UNTIMED + Math.max(1, TIMES / End.values().length);
        try (Checks checks = new Checks(gateways)) {
            for (int i = 0; i < rounds; i++) {
                Round round = checks.begin(victims.checks(victim, how));
                round.untilEachLives();
                Sent answer = victims.end(victim, how);
                assertThat(answer.status()).as("%s", answer).isIn(200, 204);
                round.untilEachWasAskedAfter(answer.ended());
                assertThat(round.startedAfter(answer.ended())).noneMatch(Told::lives);
                assertThat(round.told()).allMatch(Told::isClear);
                times.add(answer, round, i >= UNTIMED);
                victim = victims.again(victim, how, answer);
            }
        }
        double felt = propagation("sum") - feltBefore;
        double count = propagation("count") - countBefore;
        System.out.println(times.report(how.name(), felt, count));
        assertThat(count).isGreaterThanOrEqualTo(rounds);
        if (how != End.AGENT_DECOMMISSIONED) { // which is felt twice, by the agent's tokens and by its credential's
            assertThat(felt).isPositive().isLessThan(times.answeredSeconds() + 0.001 * rounds);
        }
    }

    @Test
    @Order(2)
    void bothInstancesOfEachHaveBeenAsked() {
        assertThat(cluster.living("token-service")).hasSize(2).allSatisfy(member -> assertThat(
                        queries(member.metricsUrl(), "revocations.dead"))
                .isGreaterThan(TIMES));
        assertThat(cluster.living("credential-service")).hasSize(2).allSatisfy(member -> assertThat(
                        queries(member.metricsUrl(), "clients.find_all"))
                .isGreaterThan(TIMES));
    }

    @Test
    @Order(3)
    void whileRedisIsAwayNothingIsAcceptedAnywhereOnceTheMarkIsStored() throws Exception {
        List<String> gateways = cluster.urls();
        Victims victims = new Victims(gateways.get(0), cluster.administrator());
        Map<End, Victim> all = new EnumMap<>(End.class);
        for (End how : End.values()) {
            all.put(how, victims.fresh());
        }
        cluster.redis().close();
        Map<End, CompletableFuture<Sent>> answers = new EnumMap<>(End.class);
        all.forEach((how, victim) -> answers.put(how, CompletableFuture.supplyAsync(() -> victims.end(victim, how))));
        try (Checks checks = new Checks(gateways)) {
            for (Map.Entry<End, Victim> one : all.entrySet()) {
                untilMarked(one.getValue());
                assertDead(checks.begin(victims.byToken(one.getValue())));
            }
            List<Integer> told = new ArrayList<>();
            answers.forEach((how, answer) -> {
                told.add(answer.join().status());
                assertThat(answer.join().retryAfter()).isTrue();
            });
            assertThat(told).containsExactly(503, 202, 202, 202, 202);
            TestServers.restart(cluster.redis());
            for (String gateway : gateways) {
                Patience.until("health", () -> new Sender().get(gateway, "/health", ""), Sent::isGood);
            }
            for (Map.Entry<End, Victim> one : all.entrySet()) {
                assertDead(checks.begin(victims.checks(one.getValue(), one.getKey())));
            }
        }
    }

    private static void assertDead(Round round) {
        round.untilEachWasAskedAfter(System.nanoTime());
        assertThat(round.told()).noneMatch(Told::lives).allMatch(Told::isClear);
    }

    private void untilMarked(Victim victim) throws SQLException {
        String sql = "SELECT count(*) FROM tokens.revocations WHERE id IN ('%s', '%s', '%s')"
                .formatted(victim.id(), victim.credentialId(), victim.tokenId());
        Patience.until("the mark", () -> Sql.select(cluster.database(), sql), rows -> !rows.equals("0"));
    }

    private double propagation(String of) {
        return cluster.living("token-service").stream()
                .mapToDouble(
                        member -> Scrape.sum(member.metricsUrl(), "agentidp_revocation_propagation_seconds_" + of, ""))
                .sum();
    }

    private static double queries(String metricsUrl, String operation) {
        return Scrape.sum(metricsUrl, "agentidp_db_query_duration_seconds_count", "operation=\"" + operation + "\"");
    }
}
