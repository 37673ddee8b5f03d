package ai.sentryagent.idp.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was typed after {@code bench/run}.
 *
 * @param only rows, contenders or both; empty for all
 * @param warmup seconds of load before those that are measured, at most
 */
record Options(Set<String> only, int rounds, int seconds, int warmup) {
    private static final List<String> CONTENDERS = Stream.concat(
                    AgentIdp.KEYS.stream(), Stream.of(Keycloak.KEY, NodeProvider.KEY))
            .toList();

    /** @throws IllegalArgumentException with the first mistake */
    static Options parse(List<String> arguments) {
        Arguments given =
                Arguments.parse(arguments, Map.of("--only", "", "--rounds", "3", "--seconds", "10", "--warmup", "180"));
        return new Options(
                names(given.text("--only")),
                given.number("--rounds"),
                given.number("--seconds"),
                given.number("--warmup"));
    }

    /** Without a row among the names every row is meant, and so with contenders. */
    boolean means(Row row) {
        return means(row.toString(), rows());
    }

    boolean means(Contender contender) {
        return means(contender.key(), CONTENDERS);
    }

    private boolean means(String name, List<String> kind) {
        return only.contains(name) || kind.stream().noneMatch(only::contains);
    }

    private static List<String> rows() {
        return Arrays.stream(Row.values()).map(Row::toString).toList();
    }

    private static Set<String> names(String text) {
        List<String> known = Stream.concat(rows().stream(), CONTENDERS.stream()).toList();
        List<String> names = text.isEmpty() ? List.of() : List.of(text.split(",", -1));
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(unknown -> {
            throw new IllegalArgumentException("--only knows " + String.join(", ", known) + ", and not " + unknown);
        });
        return Set.copyOf(names);
    }
}
