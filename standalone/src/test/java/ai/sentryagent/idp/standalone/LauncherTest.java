package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the launcher says before it builds or starts anything. */
final class LauncherTest {
    private record Said(int exitCode, String text) {}

    private static Process start(Path script, Map<String, String> environment, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static Said say(Path script, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Process process = start(script, environment, arguments);
        String text = rest(process);
        return new Said(process.waitFor(), text);
    }

    private static BufferedReader output(Process process) {
        return process.inputReader(StandardCharsets.UTF_8);
    }

    /** What it says until it ends. */
    private static String rest(Process process) {
        return output(process).lines().collect(Collectors.joining("\n"));
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
                    *-XshowSettings*) printf '    java.%%s\\n' 'specification.version = 17' 'home = %s' >&2 ;;
                    *ArchiveMain*) %s ;;
                    *) echo "java $*" ;;
                esac
                """
                        .formatted(root.resolve("jdk"), archiving));
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
        Path script =
                built(root, "for folder; do :; done; mkdir \"$folder\"; echo why > \"$folder/agentidp.log\"; exit 1");
        Map<String, String> java = Map.of("JAVA_HOME", root.resolve("jdk").toString());
        assertThat(say(script, java, "dev").text()).contains("Preparing for quick starts.", "says why", "DevMain");
        assertThat(root.resolve("standalone/target"))
                .as("what the rehearsal logged is still there")
                .isDirectoryRecursivelyContaining("glob:**/rehearsal.*/agentidp.log");
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

    private static String untilToldTo(Path root) {
        return "until [ -e '" + root + "/go' ] || [ ! -e '" + root + "' ]; do sleep 0.1; done";
    }

    /** A folder in which nothing is built, with a Maven that notes that it has begun, and ends when it is told to go on. */
    private static Path unbuilt(Path root) throws IOException {
        Path target = root.resolve("standalone/target");
        Path script = built(root, "echo classes > '" + target + "/standalone-17.jsa'");
        Files.delete(target.resolve("agentidp.built"));
        Files.delete(target.resolve("standalone.jar"));
        Path javac = Files.createFile(root.resolve("jdk/bin/javac"));
        Path maven = Files.writeString(
                Files.createDirectory(root.resolve("maven")).resolve("mvn"),
                """
                #!/bin/sh
                if [ "$1" = --version ]; then echo 'Apache Maven 3.9.9'; exit; fi
                echo begun | tee -a '%s'
                %s
                : > '%s'
                """
                        .formatted(root.resolve("builds"), untilToldTo(root), target.resolve("standalone.jar")));
        assertThat(javac.toFile().setExecutable(true) && maven.toFile().setExecutable(true))
                .isTrue();
        return script;
    }

    private static Map<String, String> javaAndMaven(Path root) {
        return Map.of(
                "JAVA_HOME",
                root.resolve("jdk").toString(),
                "PATH",
                root.resolve("maven") + ":" + System.getenv("PATH"));
    }

    private static List<Path> claims(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve("standalone/target"))) {
            return files.filter(file -> file.toString().contains(".claim.")).toList();
        }
    }

    @Test
    void ofTwoThatStartTogetherOneBuildsAndTheOtherWaitsForIt(@TempDir Path root)
            throws IOException, InterruptedException {
        Path script = unbuilt(root);
        Process first = start(script, javaAndMaven(root), "dev");
        assertThat(output(first).readLine()).startsWith("Building AgentIdP.");
        Process second = start(script, javaAndMaven(root), "dev", "--port", "4000");
        assertThat(output(second).readLine())
                .isEqualTo(
                        "Waiting for another agentidp (process " + first.pid() + "), which builds or prepares here.");
        Files.createFile(root.resolve("go"));
        assertThat(rest(first)).contains("Preparing for quick starts.", "DevMain");
        assertThat(rest(second)).startsWith("java ").contains("--port 4000");
        assertThat(first.waitFor() + second.waitFor()).isZero();
        assertThat(root.resolve("builds")).hasContent("begun");
        assertThat(claims(root)).isEmpty();
    }

    @Test
    void whoeverIsToldToEndWhileItWaitsEndsAndDisturbsNoBuild(@TempDir Path root)
            throws IOException, InterruptedException {
        Path script = unbuilt(root);
        Process first = start(script, javaAndMaven(root), "dev");
        assertThat(output(first).readLine()).startsWith("Building AgentIdP.");
        Process waits = start(script, javaAndMaven(root), "dev");
        assertThat(output(waits).readLine()).startsWith("Waiting for another agentidp");
        waits.destroy();
        assertThat(waits.waitFor()).isEqualTo(128 + 15);
        Files.createFile(root.resolve("go"));
        assertThat(rest(first)).contains("DevMain");
    }

    @Test
    void whoeverIsKilledWhileItBuildsIsWaitedForByNobody(@TempDir Path root) throws IOException, InterruptedException {
        Path script = unbuilt(root);
        Process killed = start(script, javaAndMaven(root), "dev");
        assertThat(output(killed).readLine()).startsWith("Building AgentIdP.");
        assertThat(output(killed).readLine()).isEqualTo("begun");
        List<ProcessHandle> maven = killed.descendants().toList();
        killed.destroyForcibly().waitFor();
        for (ProcessHandle process : maven) {
            process.destroyForcibly();
            process.onExit().join();
        }
        Path claim = claims(root).get(0);
        Path ofItsProcessId =
                claim.resolveSibling("agentidp.claim." + ProcessHandle.current().pid());
        Files.setLastModifiedTime(
                Files.createFile(ofItsProcessId), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Files.createFile(root.resolve("go"));
        Process next = start(script, javaAndMaven(root), "dev");
        assertThat(output(next).readLine()).startsWith("Building AgentIdP.");
        assertThat(rest(next)).contains("DevMain");
        assertThat(claims(root)).isEmpty();
    }

    @Test
    void whoeverComesWhileAnotherPreparesForQuickStartsStartsWithout(@TempDir Path root)
            throws IOException, InterruptedException {
        Path archive = root.toRealPath().resolve("standalone/target/standalone-17.jsa");
        Path script = built(root, untilToldTo(root) + "; echo classes > '" + archive + "'");
        Map<String, String> java = Map.of("JAVA_HOME", root.resolve("jdk").toString());
        Process prepares = start(script, java, "dev");
        assertThat(output(prepares).readLine()).isEqualTo("Preparing for quick starts.");
        Process other = start(script, java, "dev", "--port", "4000");
        assertThat(output(other).readLine()).startsWith("java ").doesNotContain("-XX:SharedArchiveFile");
        Files.createFile(root.resolve("go"));
        assertThat(rest(prepares)).contains("-XX:SharedArchiveFile=" + archive);
        assertThat(claims(root)).isEmpty();
    }
}
