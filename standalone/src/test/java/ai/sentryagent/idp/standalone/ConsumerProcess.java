package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.billing.BillingMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The consumer of docs/consuming-events.md as a process of its own. */
record ConsumerProcess(Process process) implements AutoCloseable {
    private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx192m");

    /** @param settings its environment, and nothing else */
    static ConsumerProcess start(String name, Map<String, String> settings) throws IOException {
        Path log = Files.createDirectories(Path.of("target", "consumers")).resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.command().addAll(SMALL);
        builder.command().addAll(List.of("-cp", System.getProperty("java.class.path"), BillingMain.class.getName()));
        builder.environment().clear();
        builder.environment().putAll(settings);
        return new ConsumerProcess(builder.start());
    }

    /** SIGTERM. */
    int terminate() throws InterruptedException {
        process.destroy();
        return exitCode();
    }

    /** SIGKILL; it is over when this returns. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    private int exitCode() throws InterruptedException {
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("has ended").isTrue();
        return process.exitValue();
    }
}
