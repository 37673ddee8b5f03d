package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class CommandTest {
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration LATE = Duration.ofMinutes(2);

    private final Path folder;

    CommandTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Command run(String script, Duration within) throws IOException {
        return Command.run(folder, List.of("sh", "-c", script), within);
    }

    @Test
    void whatEndsInTimeSaysHowItEnded() throws IOException {
        assertThat(run("echo made", LATE)).isEqualTo(new Command(0, "made"));
        assertThat(run("exit 3", LATE).exitCode()).isEqualTo(3);
    }

    @Test
    void whatTakesTooLongHasFailedHoweverWellItEndsThen() throws IOException {
        Command late = run("trap 'echo told; exit 0' TERM; echo begun; while :; do :; done", SOON);
        assertThat(late.succeeded()).isFalse();
        assertThat(late.output()).contains("It took longer than", "begun", "told");
    }
}
