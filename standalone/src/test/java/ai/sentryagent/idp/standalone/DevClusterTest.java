package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code agentidp dev --cluster} as the launcher starts it. */
@Timeout(240)
final class DevClusterTest {
    private final Path data;

    DevClusterTest(@TempDir Path temp) {
        data = temp.resolve("data");
    }

    @AfterEach
    void end() {
        DevProcess.endAll();
    }

    @Test
    void everyServiceIsAProcessOfItsOwnAndAllOfThemGoWithTheFirst() throws IOException, InterruptedException {
        DevProcess run = DevProcess.start(data, FreePort.next(), Map.of(), "--cluster", "--scale", "token-service=2");
        assertThat(run.output()).contains("curl -sS -u ");
        assertThat(DevProcess.tokenStatus(run.devEnv())).isEqualTo(200);
        List<ProcessHandle> members = run.process().descendants().toList();
        assertThat(Arrays.asList(
                        run.devEnv().getOrDefault("AGENTIDP_METRICS", "").split(",", -1)))
                .hasSize(5);
        assertThat(members).hasSizeGreaterThanOrEqualTo(5);
        run.stopsCleanly();
        assertThat(members).noneMatch(ProcessHandle::isAlive);
    }

    @Test
    void aSignalDuringTheStartIsHeardAtOnce() throws IOException, InterruptedException {
        DevProcess begun = DevProcess.start(data, FreePort.next(), Map.of(), "--cluster");
        Path log = data.resolve("audit-service-1.log");
        Patience.untilWithin(
                Duration.ofMinutes(2),
                "a member that starts",
                () -> (Files.exists(log) && Files.size(log) > 0)
                        || !begun.process().isAlive(),
                so -> so);
        assertThat(log).as(() -> whatItPrinted(begun)).isNotEmptyFile();
        long told = System.nanoTime();
        begun.terminate();
        int exitCode = begun.exitCode();
        assertThat(exitCode).as(() -> whatItPrinted(begun)).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - told)).isLessThan(Duration.ofSeconds(20));
        assertThat(begun.servers()).isEmpty();
    }

    /** Of a run that has ended. */
    private static String whatItPrinted(DevProcess ended) {
        try {
            return ended.output();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
