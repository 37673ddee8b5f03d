package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes that a run of a jar takes, laid out as the JVM holds them, so that later runs map them instead of reading,
 * checking and linking each: class-data sharing, and from 24 on the AOT cache (JEP 483). It lies beside the jar, and is of
 * use to the JVM that made it and with these very jars; every other passes it over.
 *
 * @param jvmOptions of the runs that will take it
 */
public record ClassArchive(Path jar, List<String> jvmOptions) {
    private static final int VERSION = Runtime.version().feature();
    private static final boolean AOT_CACHE = VERSION >= 24;

    /** Of a run that takes a quarter of a minute. */
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(4);

    /** The lambdas of a signed jar, at which the JVM of 17 breaks down, because it archives nothing else of such a jar. */
    private static final String BREAKS = "@lambda-proxy com/amazon/corretto/";

    /** The archive of the jar of this path. */
    public ClassArchive {
        jar = jar.toAbsolutePath();
    }

    /** Runs another main of the jar, which comes to an end by itself, and notes what that takes. */
    public void rehearse(Class<?> main, Path argument) throws IOException {
        run(arguments(noting(), "-cp", jar.toString(), main.getName(), argument.toString()));
    }

    /** Makes it of what has been noted, once the run has ended. There is none before it is whole. */
    public void make() throws IOException {
        Path half = beside(".new");
        if (!AOT_CACHE) {
            try (Stream<String> lines = Files.lines(noted())) {
                Files.write(
                        noted(), lines.filter(line -> !line.startsWith(BREAKS)).toList());
            }
        }
        run(arguments(
                AOT_CACHE
                        ? List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + noted(), "-XX:AOTCache=" + half)
                        : List.of(
                                "-Xshare:dump", "-XX:SharedClassListFile=" + noted(), "-XX:SharedArchiveFile=" + half),
                "-cp",
                jar.toString()));
        Files.move(half, file(), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(noted());
    }

    Path file() {
        return beside(AOT_CACHE ? ".aot" : ".jsa");
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private List<String> arguments(List<String> archiving, String... rest) {
        return Stream.of(jvmOptions, archiving, List.of(rest))
                .flatMap(List::stream)
                .toList();
    }

    /** Beside the jar, where it leaves its report if it breaks down. */
    private void run(List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(java()));
        words.addAll(arguments);
        Command java = Command.run(jar.resolveSibling(""), words, ENDS_WITHIN);
        if (!java.succeeded()) {
            throw new DevException("The classes of " + jar + " cannot be archived:\n" + java.output());
        }
    }

    private List<String> noting() {
        return AOT_CACHE
                ? List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + noted())
                : List.of("-XX:DumpLoadedClassList=" + noted());
    }

    private Path noted() {
        return beside(".noted");
    }

    private Path beside(String ending) {
        return jar.resolveSibling(jar.getFileName().toString().replaceFirst("\\.jar$", "-" + VERSION + ending));
    }
}
