package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The run that shows which classes an archive is to hold. Without one every start just takes twice as long. */
@Timeout(240)
final class RehearsalTest {
    private final Path temp;

    RehearsalTest(@TempDir Path temp) {
        this.temp = temp;
    }

    private void comesToItsEndAndLeavesNothingRunning(String process, String... more)
            throws IOException, InterruptedException {
        Path data = temp.resolve("data");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:DumpLoadedClassList=" + temp.resolve(process + ".classes"),
                "-Dagentidp.home=" + Path.of("..").toRealPath(),
                "-cp",
                System.getProperty("java.class.path"),
                RehearsalMain.class.getName(),
                data.toString()));
        command.addAll(List.of(more));
        Process java = new ProcessBuilder(command).redirectErrorStream(true).start();
        DevProcess rehearsal = new DevProcess(java, data);
        String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(rehearsal.exitCode()).as(said).isZero();
        assertThat(rehearsal.servers()).isEmpty();
    }

    private void assertNoted(String... processes) {
        for (String process : processes) {
            assertThat(temp.resolve(process + ".classes")).isNotEmptyFile();
        }
    }

    @Test
    void ofOneProcess() throws IOException, InterruptedException {
        comesToItsEndAndLeavesNothingRunning("standalone");
        assertNoted("standalone");
    }

    @Test
    void ofAClusterWhereEachProcessNotesItsOwn() throws IOException, InterruptedException {
        comesToItsEndAndLeavesNothingRunning("gateway", "--cluster");
        assertNoted("gateway", "agent-service", "credential-service", "token-service", "audit-service");
    }
}
