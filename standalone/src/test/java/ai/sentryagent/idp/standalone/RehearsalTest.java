package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The run that shows which classes an archive is to hold. Without one every start just takes twice as long. */
@Timeout(240)
final class RehearsalTest {
    @Test
    void itComesToItsEndAndLeavesNothingRunning(@TempDir Path temp) throws IOException, InterruptedException {
        Path data = temp.resolve("data");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Dagentidp.home=" + Path.of("..").toRealPath(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RehearsalMain.class.getName(),
                        data.toString())
                .redirectErrorStream(true)
                .start();
        DevProcess rehearsal = new DevProcess(process, data);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(rehearsal.exitCode()).as(said).isZero();
        assertThat(rehearsal.servers()).isEmpty();
    }
}
