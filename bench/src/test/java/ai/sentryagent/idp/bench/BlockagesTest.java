package ai.sentryagent.idp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BlockagesTest {
    private static final String LINE = "{\"message\":\"Thread loop-1 has been blocked for 120 ms\"}\n";

    @Test
    void whatWasInTheLogsBeforeIsNotCounted(@TempDir Path folder) throws IOException {
        Path log = Files.writeString(folder.resolve("gateway-1.log"), LINE);
        Files.writeString(folder.resolve("dev.env"), LINE);
        Blockages blockages = new Blockages(folder);
        assertThat(blockages.count()).isZero();
        Files.writeString(log, LINE + "{\"message\":\"Ready\"}\n", StandardOpenOption.APPEND);
        Files.writeString(folder.resolve("audit-service-1.log"), LINE);
        assertThat(blockages.count()).isEqualTo(2);
    }
}
