package ai.sentryagent.idp.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * One row of one contender, or the medians of several rounds of it.
 *
 * @param cpuMillis of each part a request
 * @param loadMillis processor time of the load generator a request
 * @param busyAfter seconds that the contender went on working after the last answer
 */
record Measurement(
        double rate,
        double p50Millis,
        double p99Millis,
        double errors,
        Map<Part, Double> cpuMillis,
        double loadMillis,
        double busyAfter) {
    /** The median of each figure by itself; of errors the most. */
    static Measurement median(List<Measurement> rounds) {
        Map<Part, Double> cpu = new TreeMap<>();
        rounds.get(0).cpuMillis().keySet().forEach(part -> cpu.put(part, median(rounds, round -> round.cpu(part))));
        return new Measurement(
                median(rounds, Measurement::rate),
                median(rounds, Measurement::p50Millis),
                median(rounds, Measurement::p99Millis),
                rounds.stream().mapToDouble(Measurement::errors).max().orElse(0),
                cpu,
                median(rounds, Measurement::loadMillis),
                median(rounds, Measurement::busyAfter));
    }

    static <T> double median(List<T> rounds, ToDoubleFunction<T> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        return Arrays.stream(sorted, (sorted.length - 1) / 2, sorted.length / 2 + 1)
                .average()
                .orElseThrow();
    }

    double cpu(Part part) {
        return cpuMillis.getOrDefault(part, 0.0);
    }
}
