package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.cluster.Checks.Round;
import ai.sentryagent.idp.standalone.cluster.Checks.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** How long revocations took, from when each was asked for, and beside them how long the checks took that ran meanwhile. */
final class Times {
    private final List<Long> untilAnswered = new ArrayList<>();
    private final List<Long> untilRefused = new ArrayList<>();
    private final List<Long> checks = new ArrayList<>();
    private long answered;

    /** @param isTimed whether it shall be in the report, and not only in the sum */
    void add(Sent answer, Round round, boolean isTimed) {
        answered += answer.ended() - answer.begun();
        if (!isTimed) {
            return;
        }
        untilAnswered.add(answer.ended() - answer.begun());
        untilRefused.add(Math.max(0, round.lastLived() - answer.begun()));
        round.told().stream().map(Told::sent).forEach(sent -> checks.add(sent.ended() - sent.begun()));
    }

    double answeredSeconds() {
        return answered / 1e9;
    }

    /**
     * For people.
     *
     * @param felt what the metric says of all of them, in seconds
     */
    String report(String what, double felt, double count) {
        return String.format(
                Locale.ROOT,
                "%s, %d times: to the answer p50 %.1f p99 %.1f ms; to the last check that succeeded p50 %.1f p99 %.1f ms;"
                        + " a check p50 %.1f p99 %.1f ms (p99 of the revocation %.1f times that); by the metric %.1f ms",
                what,
                untilAnswered.size(),
                percentile(untilAnswered, 50),
                percentile(untilAnswered, 99),
                percentile(untilRefused, 50),
                percentile(untilRefused, 99),
                percentile(checks, 50),
                percentile(checks, 99),
                percentile(untilRefused, 99) / percentile(checks, 99),
                1_000 * felt / count);
    }

    private static double percentile(List<Long> nanos, int percent) {
        List<Long> sorted = nanos.stream().sorted().toList();
        return sorted.get(Math.min(sorted.size() - 1, sorted.size() * percent / 100)) / 1e6;
    }
}
