package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A program that was run to its end. */
record Command(int exitCode, String output) {
    static Command run(Path folder, List<String> words) throws IOException {
        return run(folder, words, "");
    }

    static Command run(Path folder, List<String> words, String input) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
        // What the user's shell says about Postgres or languages must not change what these programs do or say.
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended without reading: its exit code and its output say why.
        }
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
