package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.Member;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One of two is killed (SIGKILL), of each kind, and then the one that was left. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class Killings {
    /** From when the process has ended, which takes a while itself where the machine has much else to do. */
    private static final Duration WHOLE_AGAIN_WITHIN = Duration.ofSeconds(2);

    /** What the longest of the questions may take, with the pauses where nobody takes it. */
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(15);

    private final TwoOfEach cluster;

    Killings(TwoOfEach cluster) {
        this.cluster = cluster;
    }

    @ParameterizedTest
    @Order(1)
    @ValueSource(strings = {"audit-service", "agent-service", "token-service", "credential-service", "gateway"})
    void killingOneOfTwoCostsWhatWasUnderWayThere(String module) throws IOException, SQLException {
        Traffic traffic = cluster.traffic();
        traffic.untilAllAreServed(3, System.nanoTime());
        Member victim = cluster.take(module);
        long killed = System.nanoTime();
        victim.kill();
        victim.awaitEnd();
        long gone = System.nanoTime();
        traffic.untilAllHaveAsked(gone + WHOLE_AGAIN_WITHIN.toNanos());
        traffic.untilAllAreServed(3, gone);
        List<Sent> failed = traffic.failedSince(killed);
        report("One of two of " + module + " was gone", gone, failed);
        assertThat(failed).allSatisfy(sent -> {
            assertRefused(sent, module);
            assertThat(Duration.ofNanos(sent.begun() - gone)).isLessThan(WHOLE_AGAIN_WITHIN);
        });
    }

    @ParameterizedTest
    @Order(2)
    @ValueSource(strings = {"audit-service", "agent-service", "token-service", "credential-service", "gateway"})
    void withoutTheOnlyOneItIsSaidWhenToComeBackAndTheNextOneMakesItWhole(String module)
            throws IOException, SQLException {
        Traffic traffic = cluster.traffic();
        Member victim = cluster.take(module);
        long killed = System.nanoTime();
        victim.kill();
        Patience.until("a request that fails", () -> traffic.failedSince(killed), failed -> !failed.isEmpty());
        cluster.add(module);
        cluster.awaitReady();
        long back = System.nanoTime();
        traffic.untilAllAreServed(10, back);
        List<Sent> failed = traffic.failedSince(killed);
        report("The next " + module + " was ready", back, failed);
        assertThat(failed).allSatisfy(sent -> assertRefused(sent, module));
    }

    /** A gateway that is killed can tell nobody anything any more. */
    private static void assertRefused(Sent sent, String killed) {
        assertThat(sent.status()).as("%s", sent).isIn(503, killed.equals("gateway") ? 0 : 503);
        assertThat(sent.retryAfter()).as("%s", sent).isEqualTo(sent.status() == 503);
        assertThat(sent.took()).as("%s", sent).isLessThan(ANSWERED_WITHIN);
    }

    private static void report(String what, long since, List<Sent> failed) {
        System.out.printf(
                "%s: of %d requests that failed the last was sent after %d ms and answered after %d ms%n",
                what, failed.size(), last(failed, since, Sent::begun), last(failed, since, Sent::ended));
    }

    private static long last(List<Sent> failed, long since, ToLongFunction<Sent> when) {
        return failed.stream()
                .mapToLong(sent -> (when.applyAsLong(sent) - since) / 1_000_000)
                .max()
                .orElse(0);
    }
}
