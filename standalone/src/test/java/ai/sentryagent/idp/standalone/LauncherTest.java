package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says before it builds or starts anything. */
final class LauncherTest {
    private record Said(int exitCode, String text) {}

    private static Said say(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Said(process.waitFor(), text);
    }

    private static Path script() throws IOException {
        return Path.of("..", "agentidp").toRealPath();
    }

    @Test
    void itHelpsAlsoThroughALink(@TempDir Path folder) throws IOException, InterruptedException {
        Path link = Files.createSymbolicLink(folder.resolve("idp"), script());
        for (String argument : List.of("help", "--help", "-h")) {
            assertThat(say(link, Map.of(), argument))
                    .isEqualTo(say(script(), Map.of(), "dev", "--help"))
                    .satisfies(said -> assertThat(said.exitCode()).isZero())
                    .satisfies(said -> assertThat(said.text()).startsWith("usage: ./agentidp dev"));
        }
    }

    @Test
    void everyUnknownArgumentIsNamedBeforeAnythingStarts() throws IOException, InterruptedException {
        Said said = say(script(), Map.of(), "dev", "--prot", "1", "--data", "--fresh", "--fresh=yes");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.text())
                .contains("unknown argument --prot", "unknown argument 1", "unknown argument --fresh=yes", "usage:");
        assertThat(say(script(), Map.of(), "deploy").exitCode()).isEqualTo(2);
        assertThat(say(script(), Map.of(), "audit").exitCode()).isEqualTo(2);
        assertThat(say(script(), Map.of(), "audit", "prove").text()).contains("unknown command audit prove");
        assertThat(say(script(), Map.of()).exitCode()).isEqualTo(2);
    }

    @Test
    void everyWrongValueIsNamedBeforeAnythingStarts() throws IOException, InterruptedException {
        Said said = say(
                script(),
                Map.of(),
                "dev",
                "--port",
                "30o0",
                "--scale",
                "foo=2",
                "--scale=gateway=0",
                "--data",
                "--port");
        assertThat(said.exitCode()).isEqualTo(2);
        assertThat(said.text())
                .contains(
                        "--port needs a number from 1 to 65535, not 30o0",
                        "--scale needs a module and a number from 1 to 9, such as token-service=2, not foo=2",
                        "not gateway=0",
                        "--data needs a folder, not --port",
                        "usage:");
        assertThat(say(script(), Map.of(), "dev", "--port").text()).contains("--port needs a number");
    }

    @Test
    void aJavaThatIsNotThereIsNamed(@TempDir Path empty) throws IOException, InterruptedException {
        Said said = say(script(), Map.of("JAVA_HOME", empty.toString()), "dev");
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.text()).contains("JAVA_HOME (" + empty + ") holds no bin/java");
    }

    @Test
    void aJavaThatIsTooOldIsRefused(@TempDir Path old) throws IOException, InterruptedException {
        Path java = Files.writeString(
                Files.createDirectory(old.resolve("bin")).resolve("java"),
                "#!/bin/sh\necho '    java.specification.version = 1.8' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Said said = say(script(), Map.of("JAVA_HOME", old.toString()), "dev");
        assertThat(said.exitCode()).isEqualTo(1);
        assertThat(said.text()).contains("is older than 17");
    }

    /** A folder in which everything is built, with a Java that says what it is told. */
    private static Path built(Path root, String archiving) throws IOException {
        Files.createDirectories(root.resolve("standalone/target/lib"));
        Path target = root.resolve("standalone/target");
        Files.writeString(target.resolve("standalone.jar"), "");
        Files.writeString(target.resolve("agentidp.built"), "");
        Path java = Files.writeString(
                Files.createDirectories(root.resolve("jdk/bin")).resolve("java"),
                """
                #!/bin/sh
                case $* in
                    *-XshowSettings*) echo '    java.specification.version = 17' >&2 ;;
                    *ArchiveMain*) %s ;;
                    *) echo "java $*" ;;
                esac
                """
                        .formatted(archiving));
        assertThat(java.toFile().setExecutable(true)).isTrue();
        return Files.copy(script(), root.resolve("agentidp"));
    }

    @Test
    void everyStartTakesTheArchiveThatTheFirstMakes(@TempDir Path root) throws IOException, InterruptedException {
        Path archive = root.toRealPath().resolve("standalone/target/standalone-17.jsa");
        Path ofCluster = archive.resolveSibling("gateway-17.jsa");
        Path script = built(
                root,
                "case $* in *--cluster*) echo classes > '" + ofCluster + "' ;; *) echo classes > '" + archive
                        + "' ;; esac");
        Map<String, String> java = Map.of("JAVA_HOME", root.resolve("jdk").toString());
        String takes = "-XX:SharedArchiveFile=" + archive;
        assertThat(say(script, java, "dev").text()).contains("Preparing for quick starts.", takes);
        assertThat(say(script, java, "dev").text()).doesNotContain("Preparing").contains(takes);
        String takesOfCluster = "-XX:SharedArchiveFile=" + ofCluster;
        assertThat(say(script, java, "dev", "--cluster").text()).contains("Preparing", "jvm.options", takesOfCluster);
        assertThat(say(script, java, "dev", "--cluster").text())
                .doesNotContain("Preparing", takes)
                .contains("jvm.options", takesOfCluster);

        Path other = Files.writeString(archive.resolveSibling("lib").resolve("other.jar"), "");
        Files.setLastModifiedTime(other, FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(say(script, java, "dev").text()).contains("Preparing for quick starts.", takes);
    }

    @Test
    void whereNoArchiveCanBeMadeItIsTriedOnce(@TempDir Path root) throws IOException, InterruptedException {
        Path script = built(root, "exit 1");
        Map<String, String> java = Map.of("JAVA_HOME", root.resolve("jdk").toString());
        assertThat(say(script, java, "dev").text()).contains("Preparing for quick starts.", "says why", "DevMain");
        assertThat(say(script, java, "dev").text()).doesNotContain("Preparing", "-XX:SharedArchiveFile");
        Path none = root.resolve("standalone/target/standalone-17.jsa");
        Files.setLastModifiedTime(none, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Files.setLastModifiedTime(
                root.resolve("standalone/target/standalone.jar"),
                FileTime.from(Instant.now().minus(Duration.ofDays(3))));
        assertThat(say(script, java, "dev").text()).contains("Preparing for quick starts.");
    }

    @Test
    void whoeverStopsThePreparationIsNotTakenForAMachineThatCannot(@TempDir Path root)
            throws IOException, InterruptedException {
        Path script = built(root, "exit 130");
        Map<String, String> java = Map.of("JAVA_HOME", root.resolve("jdk").toString());
        assertThat(say(script, java, "dev").text()).contains("Preparing").doesNotContain("DevMain");
        assertThat(say(script, java, "dev").text()).contains("Preparing").doesNotContain("DevMain");
    }

    /** CDPATH makes cd say where it has gone, and that is where the launcher would look for itself. */
    @Test
    void itFindsItselfWhereACdpathIsExported(@TempDir Path folder) throws IOException, InterruptedException {
        Path root = Files.createDirectory(folder.resolve("checkout"));
        built(root, "exit 1");
        Map<String, String> environment = Map.of(
                "CDPATH", folder.toString(), "JAVA_HOME", root.resolve("jdk").toString());
        Said said = say(Path.of("/bin/sh"), environment, "-c", "cd '" + folder + "' && checkout/agentidp dev");
        assertThat(said.text()).contains("-Dagentidp.home=" + root.toRealPath() + " ", "DevMain");
        assertThat(said.exitCode()).isZero();
    }
}
