package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the logs in a folder tell of event loops that were held up, from now on. */
final class Blockages {
    /** What holds an event loop up for longer is in the log. */
    static final int AFTER_MILLIS = 100;

    private static final String WORDS = "has been blocked for";

    private final Path folder;
    private final long before;

    Blockages(Path folder) throws IOException {
        this.folder = folder;
        this.before = inLogs();
    }

    long count() throws IOException {
        return inLogs() - before;
    }

    private long inLogs() throws IOException {
        List<Path> logs;
        try (Stream<Path> files = Files.list(folder)) {
            logs = files.filter(file -> file.getFileName().toString().contains(".log"))
                    .toList();
        }
        long count = 0;
        for (Path log : logs) {
            try (Stream<String> lines = Files.lines(log, StandardCharsets.ISO_8859_1)) { // which no byte is wrong in
                count += lines.filter(line -> line.contains(WORDS)).count();
            }
        }
        return count;
    }
}
