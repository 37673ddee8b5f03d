package ai.sentryagent.idp.runtime.config;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a process by their environment names. Every reader notes what is wrong and goes on, so that {@link
 * #check} can report all mistakes together. Messages name a setting and never show its value: it may be a secret.
 */
public final class Settings {
    private static final String OWN_PREFIX = "AGENTIDP_";

    /** Names of our own prefix that are no typing mistake: the file, and what {@code dev.env} offers to clients. */
    private static final Set<String> KNOWN = Set.of(
            "AGENTIDP_CONFIG", "AGENTIDP_URL", "AGENTIDP_CLIENT_ID", "AGENTIDP_CLIENT_SECRET", "AGENTIDP_METRICS");

    private final JsonObject values;
    private final Set<String> insistedOn = new HashSet<>();
    private final TreeSet<String> problems = new TreeSet<>(); // a setting that two concerns read is reported once

    public Settings(JsonObject values) {
        this.values = values;
        values.fieldNames().stream()
                .filter(name -> name.startsWith(OWN_PREFIX) && !KNOWN.contains(name))
                .forEach(name -> problem(name, "is not a setting of AgentIdP"));
    }

    /** The same settings without the problems, for files that they name and that are read again. */
    public Settings again() {
        return new Settings(values);
    }

    /** Whoever reads this setting must be told it: among several processes a default would be another for each. */
    public void insistOn(String name) {
        insistedOn.add(name);
    }

    /** The value, or empty when it is absent or blank. */
    public Optional<String> text(String name) {
        Object value = values.getValue(name);
        if (value != null && !value.toString().isBlank()) {
            return Optional.of(value.toString());
        }
        if (insistedOn.contains(name)) {
            problem(name, "is required in a cluster, the same for every process");
        }
        return Optional.empty();
    }

    public String text(String name, String otherwise) {
        return text(name).orElse(otherwise);
    }

    /** A missing value is noted and stands as an empty text until {@link #check} throws. */
    public String required(String name) {
        return text(name).orElseGet(() -> {
            problem(name, "is required");
            return "";
        });
    }

    /** Whether it is set, or the file that {@code NAME_FILE} names. */
    public boolean isSetOrFile(String name) {
        return text(name).isPresent() || text(name + "_FILE").isPresent();
    }

    /** Like {@link #required(String)}, for what may as well stand in the file that {@code NAME_FILE} names. */
    public String requiredOrFile(String name) {
        return text(name + "_FILE")
                .map(file -> ofFile(name, file))
                .filter(value -> !value.isBlank())
                .orElseGet(() -> required(name));
    }

    /** Like {@link #optional}, for what may as well stand in the file that {@code NAME_FILE} names. */
    public <T> Optional<T> optionalOrFile(String name, Function<String, T> parser) {
        return text(name + "_FILE")
                .map(file -> ofFile(name, file))
                .or(() -> text(name))
                .filter(value -> !value.isEmpty())
                .flatMap(value -> Optional.ofNullable(parsed(name, value, parser)));
    }

    private String ofFile(String name, String file) {
        if (text(name).isPresent()) {
            problem(name, "and " + name + "_FILE are both set; one is enough");
        }
        try {
            String value = Files.readString(Path.of(file));
            if (value.isBlank()) {
                problem(name + "_FILE", "names a file that is empty");
                return "";
            }
            return value;
        } catch (IOException | InvalidPathException e) {
            problem(name + "_FILE", "names a file that cannot be read");
            return "";
        }
    }

    /** Reads a required value with {@code parser}, whose IllegalArgumentException says what is wrong with it. */
    public <T> @Nullable T required(String name, Function<String, T> parser) {
        String value = required(name);
        return value.isEmpty() ? null : parsed(name, value, parser);
    }

    /** Reads a value with {@code parser}, whose IllegalArgumentException says what is wrong with it. */
    public <T> Optional<T> optional(String name, Function<String, T> parser) {
        return text(name).flatMap(value -> Optional.ofNullable(parsed(name, value, parser)));
    }

    public int integer(String name, int otherwise, int min, int max) {
        return optional(name, value -> inRange(value, min, max)).orElse(otherwise);
    }

    public Duration seconds(String name, Duration otherwise, Duration min, Duration max) {
        return optional(name, value -> inRange(value, (int) min.toSeconds(), (int) max.toSeconds()))
                .map(Duration::ofSeconds)
                .orElse(otherwise);
    }

    public Duration millis(String name, Duration otherwise, Duration min, Duration max) {
        return optional(name, value -> inRange(value, (int) min.toMillis(), (int) max.toMillis()))
                .map(Duration::ofMillis)
                .orElse(otherwise);
    }

    /** Values that are separated by commas; empty when the setting is absent. */
    public List<String> list(String name) {
        return text(name)
                .map(value -> Stream.of(value.split(","))
                        .map(String::strip)
                        .filter(item -> !item.isEmpty())
                        .toList())
                .orElse(List.of());
    }

    public void problem(String name, String what) {
        problems.add(name + " " + what);
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigurationException when any reader noted a problem
     */
    public void check() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(new ArrayList<>(problems));
        }
    }

    private static int inRange(String value, int min, int max) {
        String message = "must be a whole number from " + min + " to " + max;
        try {
            int number = Integer.parseInt(value.strip());
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(message, e);
        }
        throw new IllegalArgumentException(message);
    }

    private <T> @Nullable T parsed(String name, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            problem(name, String.valueOf(e.getMessage()));
            return null;
        }
    }
}
