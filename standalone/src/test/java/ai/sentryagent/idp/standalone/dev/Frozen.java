package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server that is there and does nothing: it takes connections, as the kernel does for it, and answers none. */
public final class Frozen implements AutoCloseable {
    private final Path folder;
    private final List<ProcessHandle> processes;

    private Frozen(Path folder, List<ProcessHandle> processes) {
        this.folder = folder;
        this.processes = processes;
    }

    static Frozen of(Daemon daemon) {
        try {
            return of(daemon.process().orElseThrow(), daemon.folder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param folder any, to work in */
    static Frozen of(ProcessHandle server, Path folder) {
        try {
            signal(folder, "STOP", List.of(server)); // first, so that it makes no further children
            Frozen frozen = new Frozen(
                    folder,
                    Stream.concat(server.descendants(), Stream.of(server)).toList());
            signal(folder, "STOP", frozen.processes);
            return frozen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It goes on as if nothing had been. */
    @Override
    public void close() {
        try {
            signal(folder, "CONT", processes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void signal(Path folder, String name, List<ProcessHandle> processes) throws IOException {
        String pids = processes.stream().map(p -> String.valueOf(p.pid())).collect(Collectors.joining(" "));
        Command.run(folder, List.of("sh", "-c", "kill -" + name + " " + pids));
    }
}
