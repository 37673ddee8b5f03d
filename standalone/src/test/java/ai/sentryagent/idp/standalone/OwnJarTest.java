package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each module's own jar, as an image starts it. */
final class OwnJarTest {
    @ParameterizedTest
    @CsvSource({
        "agent-service, DATABASE_URL CLUSTER_CERTIFICATE",
        "credential-service, DATABASE_URL CLUSTER_CERTIFICATE",
        "token-service, DATABASE_URL REDIS_URL JWT_PRIVATE_KEY JWT_PUBLIC_KEY CLUSTER_CERTIFICATE",
        "audit-service, DATABASE_URL CLUSTER_CERTIFICATE",
        "gateway, REDIS_URL DATABASE_URL CLUSTER_CERTIFICATE",
    })
    void startsByItselfAndNamesEverySettingThatItLacks(String module, String required)
            throws IOException, InterruptedException {
        Path jar = Path.of("..", module, "target", "run", module + ".jar");
        Assumptions.assumeTrue(Files.exists(jar), "is made when everything is packaged, as mvn verify does");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + jar.resolveSibling("jvm.options"),
                        "-jar",
                        jar.toString())
                .redirectErrorStream(true);
        builder.environment().clear();
        builder.environment().put("POLICY_DIR", "../policies");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        for (String setting : required.split(" ", -1)) {
            assertThat(said).contains(module + ": " + setting + " is required");
        }
    }
}
