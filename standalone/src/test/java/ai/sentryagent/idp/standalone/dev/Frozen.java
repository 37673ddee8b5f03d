package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A server that is there and does nothing: it takes connections, as the kernel does for it, and answers none. */
public final class Frozen implements AutoCloseable {
    private final Daemon daemon;
    private final List<ProcessHandle> processes;

    private Frozen(Daemon daemon, List<ProcessHandle> processes) {
        this.daemon = daemon;
        this.processes = processes;
    }

    static Frozen of(Daemon daemon) {
        try {
            ProcessHandle server = daemon.process().orElseThrow();
            signal(daemon, "STOP", List.of(server)); // first, so that it makes no further children
            Frozen frozen = new Frozen(
                    daemon,
                    Stream.concat(server.descendants(), Stream.of(server)).toList());
            signal(daemon, "STOP", frozen.processes);
            return frozen;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It goes on as if nothing had been. */
    @Override
    public void close() {
        try {
            signal(daemon, "CONT", processes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(Daemon daemon, String name, List<ProcessHandle> processes) throws IOException {
        String pids = processes.stream().map(p -> String.valueOf(p.pid())).collect(Collectors.joining(" "));
        Command.run(daemon.folder(), List.of("sh", "-c", "kill -" + name + " " + pids));
    }
}
