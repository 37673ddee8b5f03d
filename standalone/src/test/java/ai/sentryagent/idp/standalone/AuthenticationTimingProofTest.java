package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * How long a refusal takes tells nothing about who was named. Each kind is asked for once a round, in any order, so that what
 * else happens on the machine, and what came before, falls on all; then it is counted how often a refusal of one kind took
 * longer than one of the other (Mann and Whitney's U). Half of the time means that nobody can tell.
 */
@Tag("proof")
final class AuthenticationTimingProofTest {
    private static final int WARM_UP = 20;

    /** In standard deviations: what chance does once in a million times. */
    private static final double FAR = 5;

    /** Its answer is remembered, so such are compared with each other. */
    private static final String AGAIN = ", with the same as before";

    @ParameterizedTest
    @CsvSource({"5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a, 300", "'', 60"})
    void unknownAndKnownClientsAreRefusedInTheSameTime(String pepper, int rounds) {
        try (RunningProduct product = RunningProduct.start(Map.of("SECRET_PEPPER", pepper))) {
            OAuthCaller caller = new OAuthCaller(product);
            Client known = caller.register();
            Client revoked = caller.register();
            product.json("DELETE", revoked.credential(), caller.admin(), "");
            Client rich = caller.register();
            for (int more = 0; more < 5; more++) {
                caller.credential(rich.id(), "");
            }
            Client old = caller.register();
            for (int more = 0; more < 50; more++) {
                product.json("DELETE", caller.credential(old.id(), "").credential(), caller.admin(), "");
            }
            String again = guess();
            String unknown = UUID.randomUUID().toString();
            Map<String, Supplier<Client>> kinds = new LinkedHashMap<>();
            kinds.put("known", () -> new Client(known.id(), "", guess()));
            kinds.put("unknown", () -> new Client(UUID.randomUUID().toString(), "", guess()));
            kinds.put("no id", () -> new Client("nobody", "", guess()));
            kinds.put("without a credential", () -> new Client(revoked.id(), "", guess()));
            kinds.put("with six credentials", () -> new Client(rich.id(), "", guess()));
            kinds.put("with fifty that are over", () -> new Client(old.id(), "", guess()));
            kinds.put("known" + AGAIN, () -> new Client(known.id(), "", again));
            kinds.put("unknown" + AGAIN, () -> new Client(unknown, "", again));
            kinds.put("known, with half a secret", () -> new Client(known.id(), "", guess().substring(0, 40)));

            List<String> order = new ArrayList<>(kinds.keySet());
            Random random = new Random(rounds);
            Map<String, List<Long>> times = new LinkedHashMap<>();
            for (int round = 0; round < rounds + WARM_UP; round++) {
                boolean counts = round >= WARM_UP;
                Collections.shuffle(order, random);
                order.forEach(kind -> {
                    Client guessed = Objects.requireNonNull(kinds.get(kind)).get();
                    long start = System.nanoTime();
                    int status = caller.issue(guessed, "").status();
                    long took = System.nanoTime() - start;
                    assertThat(status).isEqualTo(401);
                    if (counts) {
                        times.computeIfAbsent(kind, first -> new ArrayList<>()).add(took);
                    }
                });
            }
            double farFromHalf = FAR * Math.sqrt((2 * rounds + 1) / (12.0 * rounds * rounds));
            times.forEach((kind, took) -> {
                String other = kind.endsWith(AGAIN) ? "known" + AGAIN : "known";
                assertThat(howOftenLonger(took, times.getOrDefault(other, List.of())))
                        .as("how often a refusal of a client %s takes longer", kind)
                        .isBetween(0.5 - farFromHalf, 0.5 + farFromHalf);
            });
        }
    }

    private static String guess() {
        return "sk_live_" + (UUID.randomUUID() + "" + UUID.randomUUID()).replace("-", "");
    }

    private static double howOftenLonger(List<Long> ones, List<Long> others) {
        double longer = 0;
        for (long one : ones) {
            for (long other : others) {
                longer += one > other ? 1 : one == other ? 0.5 : 0;
            }
        }
        return longer / ((double) ones.size() * others.size());
    }
}
