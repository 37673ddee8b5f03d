package ai.sentryagent.idp.standalone.dev;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A real Postgres whose data stays in the folder. It listens on the loopback address only, on no socket file, and asks
 * everyone for the password that only the folder's owner can read. It is durable, as Postgres is unless told otherwise.
 */
public final class EmbeddedPostgresServer implements AutoCloseable {
    private static final String DATA = "postgres";
    private static final String LOG = "postgres.log";
    private static final String PASSWORD = "postgres.password";
    private static final String SUPERUSER = "postgres";
    private static final String DATABASE = "agentidp";

    private final Daemon daemon;
    private final Ports.Start start;
    private final int port;
    private final String password;

    private EmbeddedPostgresServer(Daemon daemon, Ports.Start start, String password) throws IOException {
        this.daemon = daemon;
        this.start = start;
        this.password = password;
        this.port = Ports.startOnFreePort(start);
    }

    /**
     * Starts the server on the data of the last run, and stops first what a killed run left behind.
     *
     * @param home a folder with {@code bin/postgres}
     * @param settings what to add to the server's configuration
     */
    static EmbeddedPostgresServer start(DataFolder folder, Programs programs, Path home, Map<String, String> settings)
            throws IOException {
        stopLeftBehind(folder, programs);
        String password = folder.secret(PASSWORD);
        List<String> asUser = asUser(folder.path());
        if (!Files.exists(folder.path().resolve(DATA))) {
            initialize(folder.path(), home, asUser);
        }
        Daemon daemon = daemon(folder, programs);
        EmbeddedPostgresServer server = new EmbeddedPostgresServer(
                daemon,
                candidate -> {
                    Optional<String> complaint = startOn(candidate, folder.path(), home, asUser, settings);
                    if (complaint.isPresent()) {
                        daemon.stop(); // it may be on its way still, when pg_ctl was interrupted or lost patience
                    }
                    return complaint;
                },
                password);
        try {
            server.createDatabase(DATABASE);
            return server;
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** Stops what a killed run left behind. */
    static void stopLeftBehind(DataFolder folder, Programs programs) throws IOException {
        daemon(folder, programs).stop();
    }

    /** {@code postgresql://user:password@127.0.0.1:port/agentidp}, of a user who may do everything. */
    public String url() {
        return url(DATABASE);
    }

    String url(String database) {
        return "postgresql://" + SUPERUSER + ":" + password + "@127.0.0.1:" + port + "/" + database;
    }

    /** Makes a database unless there is one of this name. */
    void createDatabase(String name) throws IOException {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/postgres?currentSchema=pg_catalog",
                        SUPERUSER,
                        password);
                PreparedStatement query = connection.prepareStatement("SELECT FROM pg_database WHERE datname = ?");
                Statement statement = connection.createStatement()) {
            query.setString(1, name);
            if (!query.executeQuery().next()) {
                statement.execute("CREATE DATABASE " + statement.enquoteIdentifier(name, true));
            }
        } catch (SQLException e) {
            throw new IOException("Postgres started but the database " + name + " cannot be made", e);
        }
    }

    /** Starts it where it was, on the data that it had. */
    void restart() throws IOException {
        close();
        Optional<String> complaint = start.on(port);
        if (complaint.isPresent()) {
            throw new DevException(complaint.get());
        }
    }

    Daemon daemon() {
        return daemon;
    }

    /** Stops the server at once; what was committed stays. */
    @Override
    public void close() throws IOException {
        daemon.stop();
    }

    private static Daemon daemon(DataFolder folder, Programs programs) {
        return new Daemon(folder.path(), folder.path().resolve(DATA).resolve("postmaster.pid"), programs.folder());
    }

    /** A run that dies halfway leaves nothing that looks like a database. */
    private static void initialize(Path root, Path home, List<String> asUser) throws IOException {
        Path half = root.resolve(DATA + ".new");
        if (Files.exists(half)) {
            Tree.delete(half);
        }
        Command initdb = Command.run(
                root,
                words(
                        asUser,
                        home.resolve("bin/initdb").toString(),
                        "--pgdata=" + half,
                        "--username=" + SUPERUSER,
                        "--pwfile=" + root.resolve(PASSWORD),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        // The same order on every machine, but letters beyond ASCII have upper and lower case.
                        "--locale=C",
                        "--lc-ctype=" + (Files.isDirectory(Path.of("/System/Library")) ? "UTF-8" : "C.UTF-8")));
        if (!initdb.succeeded()) {
            throw new DevException("Postgres cannot set up its data in " + root + ":\n" + initdb.output());
        }
        Files.move(half, root.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Optional<String> startOn(
            int port, Path root, Path home, List<String> asUser, Map<String, String> settings) throws IOException {
        Path log = root.resolve(LOG);
        Files.deleteIfExists(log);
        Stream<String> extra = settings.entrySet().stream().map(setting -> setting.getKey() + "=" + setting.getValue());
        String options = "-p " + port
                + Stream.concat(
                                Stream.of("listen_addresses=127.0.0.1", "unix_socket_directories=", "timezone=UTC"),
                                extra)
                        .map(setting -> " -c " + setting)
                        .reduce("", String::concat);
        Command start = Command.run(
                root,
                words(
                        asUser,
                        home.resolve("bin/pg_ctl").toString(),
                        "--pgdata=" + root.resolve(DATA),
                        "--log=" + log,
                        "--options=" + options,
                        "--wait",
                        "start"));
        if (start.succeeded()) {
            return Optional.empty();
        }
        String made = Files.readString(root.resolve(DATA).resolve("PG_VERSION")).strip();
        String program = Command.run(root, List.of(home.resolve("bin/postgres").toString(), "--version"))
                .output();
        if (!program.contains(" " + made + ".")) {
            return Optional.of("The data in " + root + " is of Postgres " + made + ", and " + program
                    + " cannot read it: name another folder with --data, or forget it with --fresh");
        }
        return Optional.of("Postgres does not start:\n"
                + start.output()
                + (Files.exists(log) ? "\n" + Files.readString(log).strip() : ""));
    }

    /** What goes before a command so that root's Postgres is not root's: it refuses to run with root's rights. */
    private static List<String> asUser(Path root) throws IOException {
        if (new UnixSystem().getUid() != 0) {
            return List.of();
        }
        // In a user namespace without a map root is nobody, has no power over other users' files, and still owns its
        // own.
        List<String> unshare = List.of("unshare", "--user");
        if (!Command.run(root, List.of("sh", "-c", "unshare --user true")).succeeded()) {
            throw new DevException("Postgres refuses to run as root, and this system refuses user namespaces"
                    + " (as containers often do): run this as an ordinary user");
        }
        return unshare;
    }

    private static List<String> words(List<String> first, String... rest) {
        return Stream.concat(first.stream(), Stream.of(rest)).toList();
    }
}
