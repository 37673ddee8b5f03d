package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A signal may come at any moment. The folder is that of all the tests, so that each finds what the one before it left. */
@TestInstance(Lifecycle.PER_CLASS)
@Timeout(120)
final class DevStopTest {
    private final Path data;

    DevStopTest(@TempDir Path temp) {
        data = temp.resolve("data");
    }

    @AfterEach
    void end() {
        DevProcess.endAll();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"postgres.password", "postgres.new", "postgres/postmaster.pid", "redis.pid", "jwt-public.pem"})
    void aSignalDuringTheStartEndsItWithZeroAndLeavesNothing(String sign) throws IOException, InterruptedException {
        Files.deleteIfExists(data.resolve(sign));
        DevProcess begun = DevProcess.start(data, FreePort.next(), Map.of(), "--fresh");
        Patience.untilWithin(
                Duration.ofSeconds(100),
                sign,
                () -> Files.exists(data.resolve(sign)) || !begun.process().isAlive(),
                so -> so);
        begun.terminate();
        String printed = begun.output();
        assertThat(begun.exitCode()).as(printed).isZero();
        assertThat(printed).doesNotContain("cannot start");
        assertThat(begun.servers()).isEmpty();
    }

    @Test
    void aStartAfterAKillFindsTheData() throws IOException, InterruptedException {
        DevProcess killed = DevProcess.start(data, FreePort.next(), Map.of());
        String first = clientId(killed.output());
        killed.process().destroyForcibly();
        killed.process().waitFor();
        assertThat(killed.servers()).as("left behind").hasSize(2);

        DevProcess next = DevProcess.start(data, FreePort.next(), Map.of());
        assertThat(clientId(next.output())).isEqualTo(first);
        next.stopsCleanly();
    }

    private static String clientId(String printed) {
        return printed.lines()
                .filter(line -> line.strip().startsWith("client id"))
                .findFirst()
                .orElseThrow(() -> new AssertionError(printed));
    }
}
