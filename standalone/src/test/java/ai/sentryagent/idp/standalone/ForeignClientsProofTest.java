package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of other languages, each a script of its own in {@code src/test/clients} that installs what it needs. */
@Tag("proof")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ForeignClientsProofTest {
    /** EX_TEMPFAIL, with which a script says that what it needs cannot be had here. */
    private static final int CANNOT_RUN = 75;

    private final RunningProduct product = RunningProduct.start(Map.of());
    private final Client client = new OAuthCaller(product).register();

    @AfterAll
    void stop() {
        product.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"node", "python"})
    void getVerifyDescribeAndEndATokenByDiscovery(String language) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of("src", "test", "clients", language, "run").toString())
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "AGENTIDP_ISSUER",
                        new Discovery(product).metadata().path("issuer").asText(),
                        "AGENTIDP_CLIENT_ID",
                        client.id(),
                        "AGENTIDP_CLIENT_SECRET",
                        client.secret(),
                        "AGENTIDP_CLIENTS_FOLDER",
                        Path.of("target", "clients", language).toAbsolutePath().toString()));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        assumeFalse(process.exitValue() == CANNOT_RUN, "NOT PROVED with " + language + ": " + output);
        assertThat(process.exitValue()).as(output).isZero();
    }
}
