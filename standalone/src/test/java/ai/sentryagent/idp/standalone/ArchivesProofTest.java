package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.DevOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive that an image makes of each module's own jar, which the JVM else passes over without a word. */
@Tag("proof")
final class ArchivesProofTest {
    private static final int VERSION = Runtime.version().feature();
    private static final String TAKES_IT_OR_ENDS = VERSION < 24 ? "-Xshare:on" : "-XX:AOTMode=on";

    private record Ended(int exitCode, String said) {
        static Ended java(List<String> arguments) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString()));
            command.addAll(arguments);
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), said);
        }
    }

    @Test
    void everyModuleStartsFromItsArchive(@TempDir Path folder) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                "-Dagentidp.home=" + Path.of("..").toRealPath(),
                "-cp",
                System.getProperty("java.class.path"),
                ArchiveMain.class.getName(),
                folder.resolve("data").toString()));
        List<Path> jars = new ArrayList<>();
        for (String module : DevOptions.MODULES) {
            Path run = Path.of("..", module, "target", "run");
            Assumptions.assumeTrue(Files.exists(run), "is made when everything is packaged, as mvn verify does");
            copy(run, folder.resolve(module));
            jars.add(folder.resolve(module).resolve(module + ".jar"));
        }
        jars.forEach(jar -> arguments.add(jar.toString()));
        Ended archived = Ended.java(arguments);
        assertThat(archived.exitCode()).as(archived.said()).isZero();
        for (Path jar : jars) {
            List<String> started = List.of(
                    "@" + jar.resolveSibling("jvm.options"), TAKES_IT_OR_ENDS, archive(jar), "-jar", jar.toString());
            assertThat(Ended.java(started).said()).contains("DATABASE_URL is required");
        }
    }

    private static String archive(Path jar) {
        String beside = jar.toString().replaceFirst("\\.jar$", "-" + VERSION);
        return VERSION < 24 ? "-XX:SharedArchiveFile=" + beside + ".jsa" : "-XX:AOTCache=" + beside + ".aot";
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }
}
