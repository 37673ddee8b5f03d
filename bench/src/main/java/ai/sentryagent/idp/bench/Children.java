package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Every program that was started, so that none outlives this one, also when a signal ends it. */
final class Children implements AutoCloseable {
    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);

    /** A program, which ends by SIGTERM. */
    record Child(Process process) implements AutoCloseable {
        long pid() {
            return process.pid();
        }

        /** Its exit code, once it has ended. */
        int waitFor() throws IOException {
            try {
                return process.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        /** Asks it to end, and makes it when it takes too long. */
        @Override
        public void close() throws IOException {
            process.destroy();
            try {
                if (!process.waitFor(STOPPED_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new IOException("Process " + process.pid() + " did not stop");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    /** Starts a server that cannot be told from outside that it is to end with us. */
    interface Starting<T extends AutoCloseable> {
        T start() throws IOException;
    }

    /** What is done with them. */
    interface Use {
        void with(Children children) throws IOException;
    }

    private final List<AutoCloseable> started = new ArrayList<>();
    private boolean closed;

    /** Whatever is started is stopped when the process ends; it ends at once when the work fails. */
    static void use(Use use) {
        Children children = new Children();
        Runtime.getRuntime().addShutdownHook(new Thread(children::stop));
        try {
            use.with(children);
        } catch (IOException e) {
            if (!children.isClosed()) { // else a signal has come, and everything fails
                System.err.println("bench: " + e.getMessage());
                System.exit(1);
            }
        } catch (RuntimeException e) {
            if (!children.isClosed()) {
                throw e;
            }
        }
    }

    private void stop() {
        try {
            close();
        } catch (IOException e) {
            System.err.println("bench: " + e.getMessage());
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** Starts a program. */
    Child start(ProcessBuilder builder) throws IOException {
        return start(() -> new Child(builder.start()));
    }

    /** Starts what need not be a program, unless all have been told to stop. */
    synchronized <T extends AutoCloseable> T start(Starting<T> starting) throws IOException {
        if (closed) {
            throw new IOException("Nothing is started any more");
        }
        T server = starting.start();
        started.add(server);
        return server;
    }

    /** Stops all, the last one first. */
    @Override
    public synchronized void close() throws IOException {
        closed = true;
        Collections.reverse(started);
        closeAll(started);
    }

    /** Closes each, also when another cannot be closed. */
    static void closeAll(List<? extends AutoCloseable> servers) throws IOException {
        List<String> problems = new ArrayList<>();
        for (AutoCloseable server : servers) {
            try {
                server.close();
            } catch (Exception e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        }
        if (!problems.isEmpty()) {
            throw new IOException(String.join("; ", problems));
        }
    }
}
