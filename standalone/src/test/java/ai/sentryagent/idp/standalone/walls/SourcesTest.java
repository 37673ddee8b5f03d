package ai.sentryagent.idp.standalone.walls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Walls that only the text of the sources shows. */
final class SourcesTest {
    private static final Path HOUSE = Path.of("..");
    private static final int MOST_LINES = 400;
    private static final Pattern SQL = Pattern.compile(
            "\\b(SELECT [a-z*(]|INSERT INTO|DELETE FROM|UPDATE [a-z_]+ (AS \\w+ )?SET|(CREATE|ALTER|DROP) [A-Z]+ )");
    private static final Pattern SPELLED_OUT =
            Pattern.compile("\\b(java|javax|io|com|org|ai)(\\.[a-z][a-z0-9]*)+\\.[A-Z]");

    @TempDir
    Path planted = Path.of("replaced");

    @Test
    void theWholeHouseIsRead() throws IOException {
        assertThat(sources(HOUSE, "src/main")
                        .map(file -> HOUSE.relativize(file).getName(0).toString()))
                .contains(
                        "shared-schema",
                        "service-runtime",
                        "agent-service",
                        "credential-service",
                        "token-service",
                        "audit-service",
                        "gateway",
                        "standalone");
    }

    @Test
    void noFileIsLongerThanFourHundredLines() throws IOException {
        assertThat(tooLong(HOUSE)).isEmpty();
        assertThat(tooLong(plant("Long.java", "//\n".repeat(MOST_LINES + 1)))).hasSize(1);
    }

    @Test
    void onlyATableHoldsSql() throws IOException {
        assertThat(sqlOutsideTables(HOUSE)).isEmpty();
        assertThat(sqlOutsideTables(plant("Work.java", "String sql = \"SELECT * FROM agents\";")))
                .hasSize(1);
        assertThat(sqlOutsideTables(plant("Work.java", "String sql = \"UPDATE agents SET owner = $1\";")))
                .hasSize(1);
    }

    @Test
    void typesAreImported() throws IOException {
        assertThat(spelledOut(HOUSE)).isEmpty();
        assertThat(spelledOut(plant("Work.java", "return java.util.List.of();")))
                .hasSize(1);
    }

    private static List<Path> tooLong(Path root) throws IOException {
        return sources(root, "src")
                .filter(file -> lines(file).size() > MOST_LINES)
                .toList();
    }

    /** The development's own Postgres is made by SQL too, and is no service's. */
    private static List<Path> sqlOutsideTables(Path root) throws IOException {
        Predicate<Path> allowed = file -> file.toString().endsWith("Table.java")
                || file.toString().endsWith("EmbeddedPostgresServer.java")
                || file.toString().contains("/runtime/postgres/");
        return sources(root, "src/main")
                .filter(allowed.negate())
                .filter(file ->
                        lines(file).stream().anyMatch(line -> SQL.matcher(line).find()))
                .toList();
    }

    private static List<String> spelledOut(Path root) throws IOException {
        return sources(root, "src/main")
                .flatMap(file -> lines(file).stream())
                .map(String::strip)
                .filter(line -> !line.matches("(import|package|/?\\*|//).*"))
                .filter(line ->
                        SPELLED_OUT.matcher(line.replaceAll("\"[^\"]*\"", "")).find())
                .toList();
    }

    private static Stream<Path> sources(Path root, String part) throws IOException {
        List<Path> found = new ArrayList<>();
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            /** What is built comes and goes while others test. */
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                return folder.endsWith("target") ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (file.toString().endsWith(".java") && file.toString().contains("/" + part + "/")) {
                    found.add(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return found.stream();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path plant(String name, String text) throws IOException {
        Path folder = Files.createDirectories(planted.resolve("src/main/java"));
        Files.writeString(folder.resolve(name), text);
        return planted;
    }
}
