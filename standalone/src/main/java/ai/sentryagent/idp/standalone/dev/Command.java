package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** A program that was run to its end. */
record Command(int exitCode, String output) {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
    private static final int TIMED_OUT = 124;

    static Command run(Path folder, List<String> words) throws IOException {
        return run(folder, words, "");
    }

    static Command run(Path folder, List<String> words, String input) throws IOException {
        Process process = start(folder, words);
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading: its exit code and its output say why.
        }
        return end(process, words);
    }

    /** @param within when it takes longer it is told to end, and has failed, however it ends */
    static Command run(Path folder, List<String> words, Duration within) throws IOException {
        Process process = start(folder, words);
        long begun = System.nanoTime();
        after(within).execute(process.toHandle()::destroy);
        after(within.plus(ENDS_WITHIN)).execute(process.toHandle()::destroyForcibly);
        Command command = end(process, words);
        return System.nanoTime() - begun < within.toNanos()
                ? command
                : new Command(TIMED_OUT, "It took longer than " + within.toSeconds() + " s\n" + command.output());
    }

    private static Executor after(Duration delay) {
        return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static Process start(Path folder, List<String> words) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        // What the user's shell says about Postgres or languages must not change what these programs do or say.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private static Command end(Process process, List<String> words) throws IOException {
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Command(process.waitFor(), output.strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while " + words.get(0) + " ran").initCause(e);
        }
    }

    boolean succeeded() {
        return exitCode == 0;
    }
}
