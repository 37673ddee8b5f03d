package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A real Redis on the loopback address, with a new password every time. It keeps nothing: what it holds is a copy of
 * what Postgres knows, or may be forgotten.
 */
public final class EmbeddedRedisServer implements AutoCloseable {
    private static final String PID_FILE = "redis.pid";
    private static final String LOG = "redis.log";
    private static final int DATABASES = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Daemon daemon;
    private final Path program;
    private final String password;
    private final int port;

    private EmbeddedRedisServer(Daemon daemon, Path program, String password) throws IOException {
        this.daemon = daemon;
        this.program = program;
        this.password = password;
        this.port = Ports.startOnFreePort(this::startOn);
    }

    /** Starts the server, and stops first what a killed run left behind. */
    static EmbeddedRedisServer start(DataFolder folder, Programs programs) throws IOException {
        stopLeftBehind(folder, programs);
        return new EmbeddedRedisServer(daemon(folder, programs), programs.redis(), folder.randomSecret());
    }

    /** Stops what a killed run left behind. */
    static void stopLeftBehind(DataFolder folder, Programs programs) throws IOException {
        daemon(folder, programs).stop();
    }

    /** {@code redis://:password@127.0.0.1:port/0} */
    public String url() {
        return url(0);
    }

    String url(int database) {
        if (database < 0 || database >= DATABASES) {
            throw new IllegalArgumentException("There are only " + DATABASES + " databases");
        }
        return "redis://:" + password + "@127.0.0.1:" + port + "/" + database;
    }

    /** Starts it empty where it was. */
    void restart() throws IOException {
        close();
        Optional<String> complaint = startOn(port);
        if (complaint.isPresent()) {
            throw new DevException(complaint.get());
        }
    }

    Daemon daemon() {
        return daemon;
    }

    @Override
    public void close() throws IOException {
        daemon.stop();
    }

    private static Daemon daemon(DataFolder folder, Programs programs) {
        return new Daemon(folder.path(), folder.path().resolve(PID_FILE), programs.folder());
    }

    private Optional<String> startOn(int candidate) throws IOException {
        Path log = daemon.folder().resolve(LOG);
        Files.deleteIfExists(log);
        Files.deleteIfExists(daemon.pidFile());
        // On its standard input, because everyone on the machine can read a command line. Numbers as texts, because a
        // user's locale may have digits of its own.
        Command start = Command.run(
                daemon.folder(),
                List.of(program.toString(), "-"),
                """
                daemonize yes
                pidfile %s
                logfile %s
                bind 127.0.0.1
                port %s
                requirepass %s
                databases %s
                save ""
                appendonly no
                maxmemory-policy noeviction
                """
                        .formatted(PID_FILE, LOG, candidate, password, DATABASES));
        if (!start.succeeded()) {
            return Optional.of("Redis does not start:\n" + start.output());
        }
        // Redis listens first and writes the file then, or says in its log that the port is taken.
        boolean spoke = Daemon.await(PATIENCE, () -> listens() || text(log).contains("Address already in use"));
        return spoke && listens() ? Optional.empty() : Optional.of("Redis does not start:\n" + text(log));
    }

    private boolean listens() {
        return text(daemon.pidFile()).endsWith("\n");
    }

    private static String text(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            return "";
        }
    }
}
