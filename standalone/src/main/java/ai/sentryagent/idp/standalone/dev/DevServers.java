package ai.sentryagent.idp.standalone.dev;

import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/** The servers of one development run and the folder that they work in. */
public final class DevServers implements AutoCloseable {
    private final DataFolder folder;
    private final EmbeddedPostgresServer postgres;
    private final EmbeddedRedisServer redis;
    private volatile boolean closing;

    private DevServers(DataFolder folder, EmbeddedPostgresServer postgres, EmbeddedRedisServer redis) {
        this.folder = folder;
        this.postgres = postgres;
        this.redis = redis;
    }

    /**
     * Takes the folder and starts both servers in it.
     *
     * @param fresh begin with nothing of what earlier runs left
     * @throws DevException if that cannot be, with the reason and what to do about it
     */
    public static DevServers start(Path data, boolean fresh) throws IOException {
        DataFolder folder = DataFolder.open(data);
        return start(folder, folder.programs(), fresh);
    }

    static DevServers start(DataFolder folder, Programs programs, boolean fresh) throws IOException {
        try {
            if (fresh) {
                // A server that a killed run left behind would go on writing into what is deleted under it.
                EmbeddedPostgresServer.stopLeftBehind(folder, programs);
                EmbeddedRedisServer.stopLeftBehind(folder, programs);
                folder.clear();
            }
            EmbeddedPostgresServer postgres =
                    EmbeddedPostgresServer.start(folder, programs, programs.postgres(), Map.of());
            try {
                return new DevServers(folder, postgres, EmbeddedRedisServer.start(folder, programs));
            } catch (IOException | RuntimeException e) {
                postgres.close();
                throw e;
            }
        } catch (IOException | RuntimeException e) {
            folder.close();
            throw e;
        }
    }

    public DataFolder folder() {
        return folder;
    }

    /** {@code postgresql://user:password@127.0.0.1:port/agentidp} */
    public String databaseUrl() {
        return postgres.url();
    }

    /** {@code redis://:password@127.0.0.1:port/0} */
    public String redisUrl() {
        return redis.url();
    }

    /** Says which of them has ended though nobody told it to. */
    public void onDeath(Consumer<String> said) throws IOException {
        watch("Postgres", postgres.daemon(), said);
        watch("Redis", redis.daemon(), said);
    }

    private void watch(String name, Daemon daemon, Consumer<String> said) throws IOException {
        daemon.process().ifPresent(process -> Future.fromCompletionStage(process.onExit())
                .onSuccess(ended -> {
                    if (!closing) {
                        said.accept(name + " has ended by itself: stop this, and start it again");
                    }
                }));
    }

    /** Stops both servers and lets the next process have the folder. */
    @Override
    public void close() throws IOException {
        closing = true;
        try (folder;
                postgres;
                redis) {
            // Each is closed even if the one before it fails.
        }
    }
}
