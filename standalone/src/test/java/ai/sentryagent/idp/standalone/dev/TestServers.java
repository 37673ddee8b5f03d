package ai.sentryagent.idp.standalone.dev;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * One Postgres and one Redis for all tests of a JVM, started when the first test asks and stopped when the JVM ends.
 * Tests do not see each other: each takes a database of its own.
 */
public final class TestServers {
    /** Many pools in one JVM, and data that nobody will miss. */
    private static final Map<String, String> SETTINGS =
            Map.of("max_connections", "300", "fsync", "off", "full_page_writes", "off");

    private static final Path FOLDER =
            Path.of("target", "test-servers-" + System.getProperty("agentidp.test.fork", "alone"));

    /** Outlives the servers' data, so that only the first run after {@code mvn clean} unpacks. */
    private static final Path PROGRAMS = Path.of("target", "test-programs");

    private static final String MIGRATED = "migrated";

    private final DataFolder folder;
    private final Programs programs;
    private final EmbeddedPostgresServer postgres;
    private final EmbeddedRedisServer redis;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final AtomicInteger databases = new AtomicInteger();
    private final AtomicInteger redisDatabases = new AtomicInteger();
    private final AtomicInteger servers = new AtomicInteger();
    private boolean leftBehind;

    private TestServers() throws IOException {
        folder = closedAtExit(DataFolder.open(FOLDER));
        programs = programs();
        stopLeftBehind();
        folder.clear();
        Runtime.getRuntime().addShutdownHook(new Thread(this::close, "test-servers"));
        open.push(this::clear); // when the servers have stopped and the folder is still ours
        postgres = closedAtExit(EmbeddedPostgresServer.start(folder, programs, programs.postgres(), SETTINGS));
        postgres.createDatabase(MIGRATED);
        migrate(new DatabaseConfig(new SecretText(postgres.url(MIGRATED)), Optional.empty()));
        redis = closedAtExit(EmbeddedRedisServer.start(folder, programs));
    }

    /**
     * A {@code DATABASE_URL} of a new database in which the migrations have been run already: they take a third of a start.
     * All of these have the same key of cursors, which a migration draws.
     */
    public static String freshDatabase() {
        return newDatabase(MIGRATED);
    }

    /** The same of one that holds nothing, for tests of migrations, of roles, and of another installation. */
    public static String emptyDatabase() {
        return newDatabase("template1");
    }

    private static String newDatabase(String template) {
        String name = "test_" + Shared.SERVERS.databases.incrementAndGet();
        try {
            Sql.update(Shared.SERVERS.postgres.url("postgres"), "CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Shared.SERVERS.postgres.url(name);
    }

    private static void migrate(DatabaseConfig database) {
        Vertx vertx = Vertx.vertx();
        Future.all(Stream.of("agents", "credentials", "tokens", "audit")
                        .map(schema -> Database.open(vertx, new SecureRandom(), database, schema)
                                .compose(Database::close))
                        .toList())
                .eventually(vertx::close)
                .timeout(60, TimeUnit.SECONDS)
                .await();
    }

    /** Gives its 8 MB back, once nobody will look into it any more: hundreds of them fill a small disk. */
    public static void drop(String databaseUrl) {
        String name = URI.create(databaseUrl).getPath().substring(1);
        try {
            Sql.update(Shared.SERVERS.postgres.url("postgres"), "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A {@code REDIS_URL} of an empty database on the shared server. */
    public static String freshRedis() {
        return Shared.SERVERS.redis.url(Shared.SERVERS.redisDatabases.incrementAndGet());
    }

    /** A whole Redis, for a test that stops it or changes its settings. */
    public static EmbeddedRedisServer newRedisServer() {
        return unchecked(() -> Shared.SERVERS.closedAtExit(
                EmbeddedRedisServer.start(Shared.SERVERS.newFolder(), Shared.SERVERS.programs)));
    }

    /** A whole Postgres, for a test that stops it. */
    public static EmbeddedPostgresServer newPostgresServer() {
        Programs programs = Shared.SERVERS.programs;
        return unchecked(() -> Shared.SERVERS.closedAtExit(
                EmbeddedPostgresServer.start(Shared.SERVERS.newFolder(), programs, programs.postgres(), SETTINGS)));
    }

    /** Starts a server of {@link #newRedisServer} empty where it was, stopped or not. */
    public static void restart(EmbeddedRedisServer server) {
        unchecked(() -> {
            server.restart();
            return server;
        });
    }

    /** Starts a server of {@link #newPostgresServer} where it was, with what was committed, stopped or not. */
    public static void restart(EmbeddedPostgresServer server) {
        unchecked(() -> {
            server.restart();
            return server;
        });
    }

    public static Frozen freeze(EmbeddedRedisServer server) {
        return Frozen.of(server.daemon());
    }

    public static Frozen freeze(EmbeddedPostgresServer server) {
        return Frozen.of(server.daemon());
    }

    /** The same for a process of a cluster. */
    public static Frozen freeze(Member member) {
        return Frozen.of(ProcessHandle.of(member.pid()).orElseThrow(), FOLDER);
    }

    /** Tells it to read its files again. */
    public static void hangUp(Member member) throws IOException {
        Frozen.signal(FOLDER, "HUP", List.of(ProcessHandle.of(member.pid()).orElseThrow()));
    }

    /** What {@code jdbc:} calls a {@code DATABASE_URL}. */
    public static String jdbcUrl(String databaseUrl) {
        URI url = URI.create(databaseUrl);
        String[] user = url.getUserInfo().split(":", 2);
        return "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath() + "?user=" + user[0]
                + "&password=" + user[1];
    }

    /** Programs that all tests of the module share. */
    static Programs programs() throws IOException {
        return new Programs(Files.createDirectories(PROGRAMS).toRealPath());
    }

    private DataFolder newFolder() throws IOException {
        return closedAtExit(DataFolder.open(folder.path().resolve("server-" + servers.incrementAndGet())));
    }

    private static <T> T unchecked(Callable<T> work) {
        try {
            return work.call();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a killed test run left, servers of their own included: their folders are about to go. */
    private void stopLeftBehind() throws IOException {
        EmbeddedPostgresServer.stopLeftBehind(folder, programs);
        EmbeddedRedisServer.stopLeftBehind(folder, programs);
        try (Stream<Path> children = Files.list(folder.path())) {
            for (Path child : children.toList()) {
                if (String.valueOf(child.getFileName()).matches("server-[0-9]+")) {
                    try (DataFolder own = DataFolder.open(child)) {
                        EmbeddedRedisServer.stopLeftBehind(own, programs);
                        EmbeddedPostgresServer.stopLeftBehind(own, programs);
                    }
                }
            }
        }
    }

    private synchronized <T extends AutoCloseable> T closedAtExit(T resource) {
        open.push(resource);
        return resource;
    }

    private synchronized void close() {
        for (AutoCloseable resource : open) {
            try {
                resource.close();
            } catch (Exception e) {
                leftBehind = true;
                System.err.println("Left behind for the next run to stop: " + e);
            }
        }
    }

    /** The data are as big as all else that a build makes. What still runs is known by them to the next run. */
    private void clear() throws IOException {
        if (!leftBehind) {
            folder.clear();
        }
    }

    /** Started once, by whoever asks first. */
    private static final class Shared {
        static final TestServers SERVERS = start();

        private static TestServers start() {
            try {
                return new TestServers();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
