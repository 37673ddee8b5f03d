package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the rounds have shown. */
final class Results {
    /**
     * A contender as a whole.
     *
     * @param startSeconds from the command to the first token
     * @param memory of all processes of the server after the last row, in MB
     * @param largest of the one that has most
     * @param largestChild of the largest that the first process has started: of five, of the largest service; 0 where there is none
     * @param postgres its pages that are shared counted once
     * @param blockages how often an event loop was held up
     */
    record State(
            double startSeconds,
            double memory,
            double largest,
            double largestChild,
            double postgres,
            double redis,
            double blockages) {
        static State of(Running running) throws IOException {
            List<Double> server = ProcessTree.memory(running.processes().getOrDefault(Part.SERVER, 0L), false);
            return new State(
                    running.start().toMillis() / 1e3,
                    sum(server),
                    largest(server.stream()),
                    largest(server.stream().skip(1)),
                    divided(running, Part.POSTGRES),
                    divided(running, Part.REDIS),
                    running.blockages().isPresent() ? running.blockages().get().count() : 0);
        }

        private static double divided(Running running, Part part) throws IOException {
            Long root = running.processes().get(part);
            return root == null ? 0 : sum(ProcessTree.memory(root, true));
        }

        private static double largest(Stream<Double> sizes) {
            return sizes.mapToDouble(Double::doubleValue).max().orElse(0);
        }

        private static double sum(List<Double> sizes) {
            return sizes.stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    private final Map<Row, Map<String, List<Measurement>>> measurements = new EnumMap<>(Row.class);
    private final Map<String, List<State>> states = new HashMap<>();
    private final List<Machine> machines = new ArrayList<>();

    void add(Machine machine) {
        machines.add(machine);
    }

    void add(Row row, Contender contender, Measurement measurement) {
        measurements
                .computeIfAbsent(row, first -> new HashMap<>())
                .computeIfAbsent(contender.key(), first -> new ArrayList<>())
                .add(measurement);
    }

    void add(Contender contender, State state) {
        states.computeIfAbsent(contender.key(), first -> new ArrayList<>()).add(state);
    }

    Machine machine() {
        return Machine.median(machines);
    }

    Optional<Measurement> of(Row row, String contender) {
        return Optional.ofNullable(measurements.getOrDefault(row, Map.of()).get(contender))
                .map(Measurement::median);
    }

    Optional<State> of(String contender) {
        return Optional.ofNullable(states.get(contender))
                .map(rounds -> new State(
                        Measurement.median(rounds, State::startSeconds),
                        Measurement.median(rounds, State::memory),
                        Measurement.median(rounds, State::largest),
                        Measurement.median(rounds, State::largestChild),
                        Measurement.median(rounds, State::postgres),
                        Measurement.median(rounds, State::redis),
                        rounds.stream().mapToDouble(State::blockages).max().orElse(0)));
    }
}
