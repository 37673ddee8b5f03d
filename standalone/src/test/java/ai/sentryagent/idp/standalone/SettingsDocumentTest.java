package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the documents say of settings is what the code reads. */
final class SettingsDocumentTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Pattern ROW = Pattern.compile("(?m)^\\| (`[A-Z][^|]*) \\| ([^|]*) \\|");
    private static final Pattern NAME = Pattern.compile("`([A-Z][A-Z0-9_]+)`");
    private static final Pattern LITERAL = Pattern.compile("\"([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|HOST|PORT)\"");
    private static final Pattern NO_SETTING = Pattern.compile(".*_(FILE|SHA\\d+)"); // a cipher is none either

    @Test
    void everySettingIsDocumentedAndEveryDocumentedOneIsRead() throws IOException {
        Set<String> read = SettingsRead.byModule().values().stream()
                .flatMap(Set::stream)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(read).hasSizeGreaterThan(40);
        assertThat(documented().keySet()).containsExactlyElementsOf(read);
    }

    @Test
    void whoIsSaidToReadASettingReadsIt() throws IOException {
        Map<String, Set<String>> read = SettingsRead.byModule();
        documented().forEach((name, readers) -> assertThat(readers)
                .as(name)
                .isNotEmpty()
                .allSatisfy(module -> assertThat(read.get(module)).contains(name)));
    }

    /** A reader that is looked for only beside some other setting would be missed, so the sources are asked, too. */
    @Test
    void noSettingIsReadThatWasNotSeen() throws IOException {
        Set<String> seen =
                SettingsRead.byModule().values().stream().flatMap(Set::stream).collect(Collectors.toSet());
        Set<String> written = new TreeSet<>();
        try (var files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(file -> file.toString().contains("/src/main/java/"))
                    .filter(file -> file.toString().endsWith(".java") && !file.startsWith(Path.of("..", "bench")))
                    .toList()) {
                String source = Files.readString(file);
                if (source.contains("Settings settings")) {
                    LITERAL.matcher(source)
                            .results()
                            .map(found -> found.group(1))
                            .forEach(written::add);
                }
            }
        }
        written.removeIf(name -> NO_SETTING.matcher(name).matches());
        assertThat(written).hasSizeGreaterThan(40).isSubsetOf(seen);
    }

    /** By name, who reads it. */
    private static Map<String, Set<String>> documented() throws IOException {
        Map<String, Set<String>> documented = new TreeMap<>();
        for (MatchResult row : rows("settings.md")) {
            names(row).forEach(name -> documented.put(name, readers(row.group(2))));
        }
        for (MatchResult row : rows("architecture.md")) {
            names(row).forEach(name -> documented.put(name, SettingsRead.MODULES.keySet()));
        }
        return documented;
    }

    private static Iterable<MatchResult> rows(String document) throws IOException {
        return ROW.matcher(Files.readString(DOCS.resolve(document))).results().toList();
    }

    private static Set<String> names(MatchResult row) {
        return NAME.matcher(row.group(1)).results().map(name -> name.group(1)).collect(Collectors.toSet());
    }

    /** Such as {@code gateway, token-, audit-service}. */
    private static Set<String> readers(String text) {
        return SettingsRead.MODULES.keySet().stream()
                .filter(module -> text.contains("everyone") || text.contains(module.replace("service", "")))
                .collect(Collectors.toSet());
    }
}
