package ai.sentryagent.idp.bench;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Options of a command, each with a value. */
final class Arguments {
    private static final int WRONGLY_ASKED = 2;

    private final Map<String, String> values;

    private Arguments(Map<String, String> values) {
        this.values = values;
    }

    /**
     * Reads {@code --name value} again and again.
     *
     * @param defaults every option there is, and what it is when it is not given
     * @throws IllegalArgumentException with the first mistake
     */
    static Arguments parse(List<String> words, Map<String, String> defaults) {
        Map<String, String> values = new HashMap<>(defaults);
        Iterator<String> rest = words.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            if (!defaults.containsKey(option)) {
                throw new IllegalArgumentException("unknown argument " + option);
            }
            if (!rest.hasNext()) {
                throw new IllegalArgumentException(option + " needs a value");
            }
            values.put(option, rest.next());
        }
        return new Arguments(values);
    }

    String text(String option) {
        return values.getOrDefault(option, "");
    }

    /** A text that must not be empty. */
    String required(String option) {
        if (text(option).isEmpty()) {
            throw new IllegalArgumentException(option + " is missing");
        }
        return text(option);
    }

    int number(String option) {
        if (!text(option).matches("[1-9][0-9]{0,6}")) {
            throw new IllegalArgumentException(option + " needs a number from 1 to 9999999");
        }
        return Integer.parseInt(text(option));
    }

    /** Ends the process, because it was asked wrongly. */
    static void refuse(IllegalArgumentException mistake) {
        System.err.println("bench: " + mistake.getMessage());
        System.exit(WRONGLY_ASKED);
    }
}
