package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A server in a session of its own, known by its pid file. Ctrl-C in the terminal therefore does not reach it before the
 * services have drained, and it outlives a process that was killed.
 *
 * @param folder where it works
 * @param pidFile a file in the folder. Its first line is the process id; the server removes it last of all when it ends
 * @param programs the folder with the server's program. A process id is used again sooner or later, so what does not
 *     run from here is not ours and is never touched
 */
record Daemon(Path folder, Path pidFile, Path programs) {
    private static final Duration CLEANLY = Duration.ofSeconds(10);
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final int POLL_MILLIS = 5;

    /** Stops it if it runs: cleanly, or after a while by force. */
    void stop() throws IOException {
        Optional<ProcessHandle> process = process();
        if (process.isEmpty()) {
            return;
        }
        if (!isOurs(process.get())) {
            // A server would take the number in its file for a rival's and refuse to start.
            Files.deleteIfExists(pidFile);
            return;
        }
        if (!endsAfter("INT", process.get(), CLEANLY) && !endsAfter("QUIT", process.get(), AT_ONCE)) {
            process.get().destroyForcibly();
            await(AT_ONCE, () -> !process.get().isAlive());
        }
    }

    static boolean await(Duration patience, BooleanSupplier condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > patience.toNanos()) {
                return false;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw (IOException) new InterruptedIOException("Interrupted while waiting for a server").initCause(e);
            }
        }
        return true;
    }

    Optional<ProcessHandle> process() throws IOException {
        if (!Files.exists(pidFile)) {
            return Optional.empty();
        }
        String pid = Files.readString(pidFile).lines().findFirst().orElse("").strip();
        return pid.matches("[0-9]{1,10}") ? ProcessHandle.of(Long.parseLong(pid)) : Optional.empty();
    }

    private boolean isOurs(ProcessHandle process) {
        return process.info()
                .command()
                .filter(program -> Path.of(program).startsWith(programs))
                .isPresent();
    }

    private boolean endsAfter(String signal, ProcessHandle process, Duration patience) throws IOException {
        // The shell's own kill: ProcessHandle knows no signal but TERM, for which Postgres waits until its clients have
        // gone, and a small image has no other.
        Command.run(folder, List.of("sh", "-c", "kill -" + signal + " " + process.pid()));
        // The file, because a process that nobody reaps stays in the process table for ever.
        return await(patience, () -> !Files.exists(pidFile) || !process.isAlive());
    }
}
