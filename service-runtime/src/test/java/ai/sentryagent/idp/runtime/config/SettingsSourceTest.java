package ai.sentryagent.idp.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SettingsSourceTest {
    private static final Vertx VERTX = Vertx.vertx();

    @AfterAll
    static void close() {
        VERTX.close().await();
    }

    @Test
    void theEnvironmentCountsMoreThanTheFile(@TempDir Path folder) throws IOException {
        assertThat(load(folder, "in-the-environment").text("SECRET_PEPPER")).contains("in-the-environment");
    }

    /** As Compose passes on what .env leaves out. */
    @Test
    void aBlankVariableDoesNotHideTheValueOfTheFile(@TempDir Path folder) throws IOException {
        assertThat(load(folder, "").text("SECRET_PEPPER")).contains("in-the-file");
        assertThat(load(folder, " ").text("SECRET_PEPPER")).contains("in-the-file");
    }

    private static Settings load(Path folder, String pepper) throws IOException {
        Path file = Files.writeString(folder.resolve("settings.json"), "{\"SECRET_PEPPER\": \"in-the-file\"}");
        return SettingsSource.load(VERTX, Map.of("AGENTIDP_CONFIG", file.toString(), "SECRET_PEPPER", pepper))
                .await();
    }
}
