package ai.sentryagent.idp.bench;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What was typed after {@code bench/run}.
 *
 * @param only rows, contenders or both; empty for all
 * @param warmup seconds of load before those that are measured
 */
record Options(Set<String> only, int rounds, int seconds, int warmup) {
    private static final List<String> CONTENDERS =
            List.of(AgentIdp.ONE, AgentIdp.FIVE, AgentIdp.ONE_ES256, Keycloak.KEY, NodeProvider.KEY);

    /** @throws IllegalArgumentException with the first mistake */
    static Options parse(List<String> arguments) {
        Set<String> only = new TreeSet<>();
        int rounds = 3;
        int seconds = 10;
        int warmup = 15;
        Iterator<String> rest = arguments.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            String value = rest.hasNext() ? rest.next() : "";
            switch (option) {
                case "--only" -> only.addAll(names(value));
                case "--rounds" -> rounds = number(option, value);
                case "--seconds" -> seconds = number(option, value);
                case "--warmup" -> warmup = number(option, value);
                default -> throw new IllegalArgumentException("unknown argument " + option);
            }
        }
        return new Options(only, rounds, seconds, warmup);
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

    private static List<String> names(String text) {
        List<String> known = Stream.concat(rows().stream(), CONTENDERS.stream()).toList();
        List<String> names = List.of(text.split(",", -1));
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(unknown -> {
            throw new IllegalArgumentException("--only knows " + String.join(", ", known) + ", and not " + unknown);
        });
        return names;
    }

    private static int number(String option, String text) {
        if (!text.matches("[1-9][0-9]{0,3}")) {
            throw new IllegalArgumentException(option + " needs a number from 1 to 9999");
        }
        return Integer.parseInt(text);
    }
}
