package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A program that serves, from its command on.
 *
 * @param log what it writes to the terminal
 * @param begun the time of its command
 */
record Server(Children.Child child, Path log, long begun) {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);

    /** The first start of all may have to build the product. */
    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** Something that may be so. */
    interface Look {
        boolean succeeds() throws IOException;
    }

    /** Starts it with these additions to our own environment. */
    static Server start(Children children, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        long begun = System.nanoTime();
        return new Server(children.start(builder), log, begun);
    }

    /** Waits until it is so. */
    void await(Look look) throws IOException {
        while (!look.succeeds()) {
            if (!child.process().isAlive() || System.nanoTime() - begun > PATIENCE.toNanos()) {
                throw new IOException("It does not start:\n" + Files.readString(log));
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
        }
    }

    /** How long it has taken from the command until this client gets a token. */
    Duration firstToken(Client client) throws IOException {
        await(() -> {
            try {
                client.token();
                return true;
            } catch (IOException e) { // nobody listens yet, or says that it is not ready
                return false;
            }
        });
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Of a server that runs by itself and leaves its number in the first line of a file. */
    static long pid(Path file) throws IOException {
        return Long.parseLong(Files.readAllLines(file).get(0).strip());
    }
}
