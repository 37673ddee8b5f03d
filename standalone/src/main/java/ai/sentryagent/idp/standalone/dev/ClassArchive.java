package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The classes that a run of a jar takes, laid out as the JVM holds them, so that later runs map them instead of reading,
 * checking and linking each: class-data sharing, and from 24 on with the classes linked (JEP 483). It lies beside the jar, and
 * is of use to the JVM that made it and with these very jars; every other passes it over.
 *
 * @param process what runs, and what the archive is named after: {@code standalone}, or a module of a cluster, whose processes
 *     hold an archive each, and so each its own classes only
 * @param jvmOptions of the runs that will take it
 */
public record ClassArchive(Path jar, String process, List<String> jvmOptions) {
    private static final int VERSION = Runtime.version().feature();
    private static final List<String> LINKED = VERSION >= 24 ? List.of("-XX:+AOTClassLinking") : List.of();

    /** The process that starts the others of a cluster. */
    public static final String GATEWAY = "gateway";

    /** Of a run that takes half a minute. */
    private static final Duration ENDS_WITHIN = Duration.ofMinutes(6);

    /** The lambdas of a signed jar, at which the JVM of 17 breaks down, because it archives nothing else of such a jar. */
    private static final String BREAKS = "@lambda-proxy com/amazon/corretto/";

    /** What names an archive, or what is noted for one, of the gateway of a cluster. */
    private static final Pattern OF_THE_GATEWAY =
            Pattern.compile("(-XX:(?:SharedArchiveFile|DumpLoadedClassList)=(?:.*/)?)" + GATEWAY + "([-.][^/]*)");

    /** The archive of the jar of this path. */
    public ClassArchive {
        jar = jar.toAbsolutePath();
    }

    /** The options of another process of the cluster whose gateway has these: it takes its own archive, or notes for that. */
    public static List<String> optionsOf(String process, List<String> ofTheGateway) {
        return ofTheGateway.stream()
                .map(option -> {
                    Matcher archive = OF_THE_GATEWAY.matcher(option);
                    return archive.matches() ? archive.group(1) + process + archive.group(2) : option;
                })
                .toList();
    }

    /** Runs another main of the jar, which comes to an end by itself, and notes what that takes. */
    public void rehearse(Class<?> main, String... arguments) throws IOException {
        run(
                List.of("-XX:DumpLoadedClassList=" + noted()),
                Stream.of(List.of(main.getName()), List.of(arguments))
                        .flatMap(List::stream)
                        .toList());
    }

    /** Makes it of what has been noted, once the run has ended. There is none before it is whole. */
    public void make() throws IOException {
        Path half = beside(".new");
        try {
            try (Stream<String> lines = Files.lines(noted())) {
                Files.write(
                        noted(), lines.filter(line -> !line.startsWith(BREAKS)).toList());
            }
            List<String> dump = new ArrayList<>(
                    List.of("-Xshare:dump", "-XX:SharedClassListFile=" + noted(), "-XX:SharedArchiveFile=" + half));
            dump.addAll(LINKED);
            run(dump, List.of());
            Files.move(half, file(), StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
            Files.deleteIfExists(noted());
        }
    }

    Path file() {
        return beside(".jsa");
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Beside the jar, where it leaves its report if it breaks down. */
    private void run(List<String> archiving, List<String> program) throws IOException {
        List<String> words = Stream.of(List.of(java()), jvmOptions, archiving, List.of("-cp", jar.toString()), program)
                .flatMap(List::stream)
                .toList();
        Command java = Command.run(jar.resolveSibling(""), words, ENDS_WITHIN);
        if (!java.succeeded()) {
            throw new DevException("The classes of " + jar + " cannot be archived:\n" + java.output());
        }
    }

    private Path noted() {
        return beside(".noted");
    }

    private Path beside(String ending) {
        return jar.resolveSibling(process + "-" + VERSION + ending);
    }
}
