package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The results as tables in Markdown. */
final class Report {
    private final StringBuilder text = new StringBuilder();
    private final Results results;
    private final List<Contender> contenders;
    private final List<Bound> bounds;

    private Report(Results results, List<Contender> contenders) {
        this.results = results;
        this.contenders = contenders;
        this.bounds = Bounds.of(results);
    }

    /**
     * @param command what was typed
     * @param absent who could not take part, and why
     */
    static Report of(Results results, List<Contender> contenders, String command, List<String> absent)
            throws IOException {
        Report report = new Report(results, contenders);
        report.machine(command);
        for (Row row : Row.values()) {
            report.row(row);
        }
        report.states();
        report.bounds();
        absent.forEach(who -> report.line("Not measured: %s", who));
        return report;
    }

    String text() {
        return text.toString();
    }

    /** How many of the bounds are not met. */
    long missed() {
        return bounds.stream().filter(bound -> !bound.isMet()).count();
    }

    private void machine(String command) throws IOException {
        Machine machine = results.machine();
        line(
                "`%s` on %s: %d cores (%s), Linux %s, Java %s.",
                command,
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                System.getProperty("os.version"),
                System.getProperty("java.vm.version"));
        line("");
        line("| the machine's own limits | |");
        line("|---|---:|");
        line("| RSA signature with 2048 bits by OpenSSL, alone | %.3f ms |", machine.rsaMillis());
        line("| the same with one process a core | %.3f ms |", machine.rsaTogetherMillis());
        line("| P-256 signature by OpenSSL, alone | %.3f ms |", machine.ecdsaMillis());
        line("| 8 KB written and on the disk, one after the other | %.0f a second |", machine.syncs());
        line("| round trips over the loopback, one after the other | %.0f a second |", machine.roundTrips());
        line("");
    }

    private void row(Row row) {
        if (contenders.stream()
                .noneMatch(contender -> results.of(row, contender.key()).isPresent())) {
            return;
        }
        line("### %s", row.title());
        line("");
        line(
                "%d connections%s. Processor time is a request's, in ms.",
                Wrk.CONNECTIONS, row.keepsAlive() ? ", kept alive" : " at a time");
        line("");
        line("| | requests/s | p50 ms | p99 ms | errors | server | Postgres | Redis | wrk | busy after, s |");
        line("|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|");
        for (Contender contender : contenders) {
            results.of(row, contender.key())
                    .ifPresent(it -> line(
                            "| %s | %.0f | %.1f | %.1f | %.0f | %.3f | %s | %s | %.3f | %.0f |",
                            contender.name(),
                            it.rate(),
                            it.p50Millis(),
                            it.p99Millis(),
                            it.errors(),
                            it.cpu(Part.SERVER),
                            cpu(it, Part.POSTGRES),
                            cpu(it, Part.REDIS),
                            it.loadMillis(),
                            it.busyAfter()));
        }
        line("");
    }

    private static String cpu(Measurement measurement, Part part) {
        return Optional.ofNullable(measurement.cpuMillis().get(part))
                .map(millis -> format("%.3f", millis))
                .orElse("");
    }

    private void states() {
        line("### Start, and memory after the load");
        line("");
        line("| | first token after, s | memory, MB | largest process | largest that it started | Postgres | Redis |");
        line("|---|---:|---:|---:|---:|---:|---:|");
        for (Contender contender : contenders) {
            results.of(contender.key())
                    .ifPresent(it -> line(
                            "| %s | %.1f | %.0f | %.0f | %s | %s | %s |",
                            contender.name(),
                            it.startSeconds(),
                            it.memory(),
                            it.largest(),
                            megabytes(it.largestChild()),
                            megabytes(it.postgres()),
                            megabytes(it.redis())));
        }
        line("");
    }

    private static String megabytes(double size) {
        return size == 0 ? "" : format("%.0f", size);
    }

    private void bounds() {
        line("### What must hold");
        line("");
        line("| | figure | bound | |");
        line("|---|---:|---:|---|");
        for (Bound bound : bounds) {
            line(
                    "| %s | %.3g | %s %.3g | %s |",
                    bound.what(),
                    bound.figure(),
                    bound.atMost() ? "at most" : "at least",
                    bound.limit(),
                    bound.isMet() ? "met" : "**not met**");
        }
        line("");
    }

    private static String processor() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }

    private void line(String format, Object... values) {
        text.append(format(format, values)).append('\n');
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
