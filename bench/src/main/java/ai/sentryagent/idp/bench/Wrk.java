package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The load generator: it asks again on each connection as soon as it has the answer. */
final class Wrk {
    private static final String FIGURES = "figures ";
    private static final int THREADS = 2;
    static final int CONNECTIONS = 64;

    /**
     * What it saw.
     *
     * @param seconds how long it really took
     * @param errors answers of status 400 and above, and what got no answer
     */
    record Load(long requests, double seconds, double p50Millis, double p99Millis, long errors) {}

    private final Children children;
    private final Path script;

    /** @param script {@code wrk/load.lua} */
    Wrk(Children children, Path script) {
        this.children = children;
        this.script = script;
    }

    Load run(Request request, Row row, int seconds) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        "wrk",
                        "--threads=" + THREADS,
                        "--connections=" + CONNECTIONS,
                        "--duration=" + seconds + "s",
                        "--timeout=10s",
                        "--script=" + script,
                        request.uri().toString())
                .redirectErrorStream(true);
        builder.environment().putAll(request.environment());
        builder.environment().put("BENCH_CONNECTION", row.keepsAlive() ? "keep-alive" : "close");
        Children.Child wrk = children.start(builder);
        String output = new String(wrk.process().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        wrk.waitFor(); // only then its processor time is known
        return output.lines()
                .filter(line -> line.startsWith(FIGURES))
                .findFirst()
                .map(line -> line.substring(FIGURES.length()))
                .map(Wrk::load)
                .orElseThrow(() -> new IOException("wrk has failed: " + output));
    }

    private static Load load(String line) {
        List<Long> figures =
                Arrays.stream(line.split(" ", -1)).map(Long::parseLong).toList();
        return new Load(
                figures.get(0),
                figures.get(1) / 1e6,
                figures.get(2) / 1e3,
                figures.get(3) / 1e3,
                figures.get(4) + figures.get(5));
    }
}
