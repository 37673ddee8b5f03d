package ai.sentryagent.idp.schema;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A constant of this module's main code.
 *
 * @param owner the class it stands in
 */
record BusConstants<T>(Class<?> owner, String name, T value) {
    /** Every operation there is, wherever it stands. */
    static final List<BusConstants<Operation<?, ?>>> OPERATIONS = find(Operation.class);

    /** Every event there is, wherever it stands. */
    static final List<BusConstants<Event<?>>> EVENTS = find(Event.class);

    /** Every hint there is, wherever it stands. */
    static final List<BusConstants<Hint>> HINTS = find(Hint.class);

    /** Where hints are given. */
    static Stream<String> hinted() {
        return HINTS.stream().map(hint -> hint.value().address());
    }

    @Override
    public String toString() {
        return owner.getSimpleName() + "." + name;
    }

    /** @param <T> {@code type} with its parameters, whatever they are */
    @SuppressWarnings("unchecked")
    private static <T> List<BusConstants<T>> find(Class<?> type) {
        return classes()
                .flatMap(owner -> Arrays.stream(owner.getDeclaredFields())
                        .filter(field -> field.getType() == type && Modifier.isStatic(field.getModifiers()))
                        .map(field -> new BusConstants<>(owner, field.getName(), (T) valueOf(field))))
                .toList();
    }

    private static Object valueOf(Field constant) {
        try {
            return constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Stream<Class<?>> classes() {
        try {
            Path root = Path.of(Operation.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(root)) {
                return files
                        .map(file -> root.relativize(file).toString())
                        .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                        .sorted()
                        .<Class<?>>map(BusConstants::load)
                        .toList()
                        .stream();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Class<?> load(String file) {
        try {
            return Class.forName(file.replace(".class", "").replace('/', '.'));
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
    }
}
