package ai.sentryagent.idp.standalone.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** The folder is that of all the tests: setting up a new one takes longer than most of them. */
@TestInstance(Lifecycle.PER_CLASS)
class DevServersTest {
    private final Path temp;
    private final Path data;

    DevServersTest(@TempDir Path temp) {
        this.temp = temp;
        data = temp.resolve("a folder of 'one's own'");
    }

    @Test
    void aSecondStartFindsTheRowsOfTheFirst() throws Exception {
        try (DevServers servers = start(false)) {
            Sql.update(servers.databaseUrl(), "CREATE TABLE first AS SELECT 'of the first' AS text");
        }
        try (DevServers servers = start(false)) {
            assertThat(Sql.select(servers.databaseUrl(), "SELECT text FROM first"))
                    .isEqualTo("of the first");
        }
    }

    @Test
    void aFreshStartFindsNothing() throws Exception {
        Path other = temp.resolve("fresh");
        String before;
        try (DevServers servers = DevServers.start(other, false)) {
            Sql.update(servers.databaseUrl(), "CREATE TABLE kept ()");
            before = servers.databaseUrl();
        }
        try (DevServers servers = DevServers.start(other, true)) {
            assertThat(Sql.select(servers.databaseUrl(), "SELECT to_regclass('kept')"))
                    .isNull();
            assertThat(URI.create(servers.databaseUrl()).getUserInfo())
                    .isNotEqualTo(URI.create(before).getUserInfo());
        }
    }

    @Test
    void aFreshStartKeepsOutOfForeignFolders() throws IOException {
        Path letters = Files.createDirectory(temp.resolve("letters"));
        Path letter = Files.writeString(letters.resolve("letter.txt"), "dear");
        assertThatThrownBy(() -> DevServers.start(letters, true)).isInstanceOf(DevException.class);
        assertThat(letter).hasContent("dear");
    }

    @Test
    void postgresIsDurableAndSpeaksUnicode() throws Exception {
        try (DevServers servers = start(false)) {
            String url = servers.databaseUrl();
            assertThat(Sql.select(url, "SHOW fsync")).isEqualTo("on");
            assertThat(Sql.select(url, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(Sql.select(url, "SHOW full_page_writes")).isEqualTo("on");
            assertThat(Sql.select(url, "SHOW server_encoding")).isEqualTo("UTF8");
            assertThat(Sql.select(url, "SHOW max_connections")).isEqualTo("100");
            assertThat(Sql.select(url, "SELECT lower('ÄÉ')")).isEqualTo("äé");
        }
    }

    @Test
    void nobodyGetsInFromOutsideOrWithoutThePassword() throws Exception {
        try (DevServers servers = start(false)) {
            String url = servers.databaseUrl();
            assertThat(Sql.select(url, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(Sql.select(url, "SHOW unix_socket_directories")).isEmpty();
            for (String wrong : List.of("postgres:wrong", "nobody:wrong")) {
                String guess = url.replace(URI.create(url).getUserInfo(), wrong);
                assertThatThrownBy(() -> Sql.select(guess, "SELECT 1"))
                        .hasMessageContaining("password authentication failed");
            }

            String redis = servers.redisUrl();
            assertThat(RedisTalk.ask(redis, "PING")).isEqualTo("+PONG");
            assertThat(RedisTalk.ask(redis, "CONFIG GET bind")).isEqualTo("*2");
            assertThat(RedisTalk.askWithoutPassword(redis, "PING")).startsWith("-NOAUTH");
            String commandLine = ProcessHandle.of(pid("redis.pid"))
                    .orElseThrow()
                    .info()
                    .commandLine()
                    .orElseThrow();
            assertThat(commandLine)
                    .contains("redis-server")
                    .doesNotContain(URI.create(redis).getUserInfo().substring(1));
        }
    }

    @Test
    void redisKeepsNothing() throws Exception {
        try (DevServers servers = start(false)) {
            assertThat(RedisTalk.ask(servers.redisUrl(), "SET mark 1")).isEqualTo("+OK");
        }
        try (DevServers servers = start(false)) {
            assertThat(RedisTalk.ask(servers.redisUrl(), "GET mark")).isEqualTo("$-1");
        }
    }

    @Test
    void whatAKilledProcessLeftBehindIsReplacedAndItsRowsStay() throws Exception {
        Holder holder = new Holder(data);
        Sql.update(holder.databaseUrl, "CREATE TABLE killed AS SELECT 'of the killed' AS text");
        holder.process.destroyForcibly().waitFor();
        assertThat(RedisTalk.ask(holder.redisUrl, "PING")).as("left behind").isEqualTo("+PONG");

        try (DevServers servers = start(false)) {
            assertThat(Sql.select(servers.databaseUrl(), "SELECT text FROM killed"))
                    .isEqualTo("of the killed");
            assertGone(holder);
        }
    }

    @Test
    void aFreshStartStopsWhatAKilledProcessLeftBehind() throws Exception {
        Holder holder = new Holder(data);
        holder.process.destroyForcibly().waitFor();
        start(true).close();
        assertGone(holder);
    }

    @Test
    void aSecondProcessIsTurnedAwayAndTheFirstWorksOn() throws Exception {
        Holder holder = new Holder(data);
        try {
            for (boolean fresh : new boolean[] {false, true}) {
                assertThatThrownBy(() -> start(fresh))
                        .isInstanceOf(DevException.class)
                        .hasMessageContaining("Process " + holder.process.pid() + " runs agentidp dev");
            }
            assertThat(Sql.select(holder.databaseUrl, "SELECT 1")).isEqualTo("1");
            assertThat(RedisTalk.ask(holder.redisUrl, "PING")).isEqualTo("+PONG");
        } finally {
            holder.process.getOutputStream().close();
        }
        assertThat(holder.process.waitFor()).isZero();
        assertGone(holder);
    }

    @Test
    void aProcessThatGotTheNumberOfADeadServerIsLeftAlone() throws Exception {
        start(false).close();
        // This very process: a mistake would be noticed.
        String someone = ProcessHandle.current().pid() + "\n";
        Files.writeString(data.resolve("redis.pid"), someone);
        Files.writeString(data.resolve("postgres/postmaster.pid"), someone);
        try (DevServers servers = start(false)) {
            assertThat(Sql.select(servers.databaseUrl(), "SELECT 1")).isEqualTo("1");
            assertThat(RedisTalk.ask(servers.redisUrl(), "PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void aSetUpThatDiedHalfwayIsBegunAgain() throws Exception {
        Path other = temp.resolve("half");
        DataFolder.open(other).close();
        Files.writeString(Files.createDirectories(other.resolve("postgres.new")).resolve("PG_VERSION"), "14");
        try (DevServers servers = start(other, false)) {
            assertThat(Sql.select(servers.databaseUrl(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void dataOfAnotherVersionIsRefusedAndNothingStaysBehind() throws Exception {
        Path other = temp.resolve("old");
        start(other, false).close();
        Files.writeString(other.resolve("postgres/PG_VERSION"), "9.6\n");
        assertThatThrownBy(() -> start(other, false))
                .isInstanceOf(DevException.class)
                .hasMessageContaining("is of Postgres 9.6, and postgres (PostgreSQL) 1")
                .hasMessageContaining("--fresh");
        assertThat(other.resolve("redis.pid")).doesNotExist();
        DataFolder.open(other).close();
    }

    @Test
    void testsHaveDatabasesOfTheirOwn() throws Exception {
        String one = TestServers.freshDatabase();
        String other = TestServers.freshDatabase();
        Sql.update(one, "CREATE TABLE mine ()");
        assertThat(Sql.select(other, "SELECT to_regclass('mine')")).isNull();

        String redis = TestServers.freshRedis();
        assertThat(RedisTalk.ask(redis, "SET mine 1")).isEqualTo("+OK");
        assertThat(RedisTalk.ask(TestServers.freshRedis(), "GET mine")).isEqualTo("$-1");
    }

    @Test
    void aTestCanStopARedisOfItsOwn() throws Exception {
        EmbeddedRedisServer redis = TestServers.newRedisServer();
        assertThat(RedisTalk.ask(redis.url(), "SET mine 1")).isEqualTo("+OK");
        redis.close();
        assertThatThrownBy(() -> RedisTalk.ask(redis.url(), "PING")).isInstanceOf(ConnectException.class);
        TestServers.restart(redis);
        assertThat(RedisTalk.ask(redis.url(), "GET mine")).isEqualTo("$-1");
        redis.close();
    }

    private DevServers start(boolean fresh) throws IOException {
        return start(data, fresh);
    }

    /** With the unpacked programs of all tests, but for the one that does it as a user would. */
    private static DevServers start(Path folder, boolean fresh) throws IOException {
        return DevServers.start(DataFolder.open(folder), TestServers.programs(), fresh);
    }

    private void assertGone(Holder holder) {
        assertThatThrownBy(() -> Sql.select(holder.databaseUrl, "SELECT 1")).hasMessageContaining("refused");
        assertThatThrownBy(() -> RedisTalk.ask(holder.redisUrl, "PING")).isInstanceOf(ConnectException.class);
    }

    private long pid(String file) throws IOException {
        return Long.parseLong(Files.readString(data.resolve(file)).strip());
    }

    /** Another JVM that holds the folder. */
    private static final class Holder {
        final Process process;
        final String databaseUrl;
        final String redisUrl;

        Holder(Path data) throws IOException {
            process = new ProcessBuilder(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            HoldServers.class.getName(),
                            data.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
            databaseUrl = out.readLine();
            redisUrl = out.readLine();
        }
    }
}
