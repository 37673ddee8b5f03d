package ai.sentryagent.idp.standalone.walls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The threat model names no test that is not there, and leaves out no file of attacks. */
final class ThreatModelTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "threat-model.md");
    private static final Pattern CLASS =
            Pattern.compile("`([A-Z][A-Za-z]*Test)`(?:: ((?:`[a-z][A-Za-z]*…`(?:, )?)+))?");
    private static final Pattern METHOD = Pattern.compile("`([a-z][A-Za-z]*)…`");
    private static final Pattern PARENT = Pattern.compile("extends ([A-Z][A-Za-z]+) ");
    private static final Pattern ROWS = Pattern.compile("`([a-z-]+\\.yaml)`");

    @Test
    void everyTestThatItNamesIsThere() throws IOException {
        List<MatchResult> named =
                CLASS.matcher(Files.readString(DOCUMENT)).results().toList();
        assertThat(named).hasSizeGreaterThan(20);
        Map<String, String> sources = sources();
        for (MatchResult test : named) {
            String source = source(sources, test.group(1));
            assertThat(source).as(test.group(1)).isNotEmpty();
            if (test.group(2) != null) {
                METHOD.matcher(test.group(2))
                        .results()
                        .forEach(method -> assertThat(source).as(test.group(1)).contains("void " + method.group(1)));
            }
        }
    }

    @Test
    void everyFileOfAttacksIsNamedAndThere() throws IOException {
        Set<String> named = ROWS.matcher(Files.readString(DOCUMENT))
                .results()
                .map(file -> file.group(1))
                .collect(Collectors.toSet());
        try (Stream<Path> files = Files.list(Path.of("src", "test", "resources", "attacks"))) {
            Set<String> there =
                    files.map(file -> String.valueOf(file.getFileName())).collect(Collectors.toSet());
            there.add("bad-requests.yaml");
            assertThat(named).isEqualTo(there);
        }
    }

    /** Where a class's tests stand in a superclass of its own, they count as its tests. */
    private static String source(Map<String, String> sources, String name) {
        String source = sources.getOrDefault(name, "");
        return source
                + PARENT.matcher(source)
                        .results()
                        .map(parent -> sources.getOrDefault(parent.group(1), ""))
                        .collect(Collectors.joining());
    }

    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(Path.of(".."))) {
            for (Path file : files.filter(ThreatModelTest::isTestSource).toList()) {
                sources.put(String.valueOf(file.getFileName()).replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }

    private static boolean isTestSource(Path file) {
        return file.toString().contains("/src/test/java/") && file.toString().endsWith(".java");
    }
}
