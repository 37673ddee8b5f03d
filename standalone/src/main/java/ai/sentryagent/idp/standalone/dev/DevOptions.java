package ai.sentryagent.idp.standalone.dev;

import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.TokenConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What was typed after {@code agentidp dev}.
 *
 * @param port where the gateway listens
 * @param data the folder of {@link DataFolder}
 * @param fresh forget what an earlier run left in it
 * @param cluster whether gateway and services are processes of their own
 * @param scale how many of a module there are, where it is not one
 */
public record DevOptions(int port, Path data, boolean fresh, boolean cluster, Map<String, Integer> scale) {
    /** What runs by itself in a cluster. Whoever is told stands before whoever tells. */
    public static final List<String> MODULES =
            List.of("audit-service", "token-service", "credential-service", "agent-service", "gateway");

    private static final int MOST_OF_ONE = 9;
    private static final int HIGHEST_PORT = 65_535;
    private static final Path DEFAULT_DATA = Path.of(".agentidp");

    /**
     * Reads {@code [--port N] [--data DIR] [--fresh] [--cluster [--scale MODULE=N]...]}, a value also behind an equals sign.
     *
     * @throws ConfigurationException with every mistake
     */
    public static DevOptions parse(List<String> arguments) {
        int port = TokenConfig.DEFAULT_PORT;
        Path data = DEFAULT_DATA;
        boolean fresh = false;
        boolean cluster = false;
        Map<String, Integer> scale = new LinkedHashMap<>();
        List<String> problems = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        Iterator<String> rest = separated(arguments).iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            if (!seen.add(option) && !option.equals("--scale")) {
                problems.add(option + " is given more than once");
            }
            switch (option) {
                case "--port" -> port = port(value(rest), problems);
                case "--data" -> data = data(value(rest), problems);
                case "--fresh" -> fresh = true;
                case "--cluster" -> cluster = true;
                case "--scale" -> scale(value(rest), scale, problems);
                default -> problems.add("unknown argument " + option);
            }
        }
        if (!scale.isEmpty() && !cluster) {
            problems.add("--scale needs --cluster");
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return new DevOptions(port, data, fresh, cluster, Map.copyOf(scale));
    }

    private static List<String> separated(List<String> arguments) {
        return arguments.stream()
                .flatMap(argument -> Stream.of(argument.split("(?<=^--(port|data|scale))=", 2)))
                .toList();
    }

    private static String value(Iterator<String> rest) {
        return rest.hasNext() ? rest.next() : "";
    }

    private static int port(String text, List<String> problems) {
        if (text.matches("[0-9]{1,5}")) {
            int port = Integer.parseInt(text);
            if (port >= 1 && port <= HIGHEST_PORT) {
                return port;
            }
        }
        problems.add("--port needs a number from 1 to " + HIGHEST_PORT + (text.isEmpty() ? "" : ", not " + text));
        return TokenConfig.DEFAULT_PORT;
    }

    private static void scale(String text, Map<String, Integer> scale, List<String> problems) {
        String[] parts = text.split("=", 2);
        if (parts.length != 2 || !MODULES.contains(parts[0]) || !parts[1].matches("[1-" + MOST_OF_ONE + "]")) {
            problems.add("--scale needs a module and a number from 1 to " + MOST_OF_ONE
                    + ", such as token-service=2; modules are " + String.join(", ", MODULES));
        } else if (scale.put(parts[0], Integer.parseInt(parts[1])) != null) {
            problems.add("--scale " + parts[0] + " is given more than once");
        }
    }

    private static Path data(String text, List<String> problems) {
        // An option where the folder should stand is a forgotten folder: nobody means to make one named --fresh.
        if (text.isEmpty() || text.startsWith("--")) {
            problems.add("--data needs a folder");
            return DEFAULT_DATA;
        }
        return Path.of(text);
    }
}
