package ai.sentryagent.idp.standalone.walls;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a document or an alert refers to is there: files, headings, and the case that lets an alert fire. */
final class DocumentsTest {
    private static final Path HOUSE = Path.of("..");
    private static final Path RULES = HOUSE.resolve("monitoring").resolve("prometheus");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

    @Test
    void everyLinkLeadsSomewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path document : documents()) {
            for (String link : links(document)) {
                links++;
                if (!leadsSomewhere(document, link)) {
                    broken.add(document + ": " + link);
                }
            }
        }
        assertThat(links).isGreaterThan(40);
        assertThat(broken).isEmpty();
        Path readme = HOUSE.resolve("README.md");
        assertThat(leadsSomewhere(readme, "docs/audit.md#what-is-kept")).isTrue();
        assertThat(leadsSomewhere(readme, "docs/audit.md#what-is-not-there")).isFalse();
        assertThat(leadsSomewhere(readme, "docs/what-is-not-there.md")).isFalse();
    }

    @Test
    void everyAlertHasARunbookAndACaseInWhichItFires() throws IOException {
        List<JsonNode> alerts = yaml("alerts.yml").path("groups").findValues("rules").stream()
                .flatMap(JsonNode::valueStream)
                .toList();
        Set<String> fired = yaml("alerts.test.yml").path("tests").findValues("alert_rule_test").stream()
                .flatMap(JsonNode::valueStream)
                .filter(check -> !check.path("exp_alerts").isEmpty())
                .map(check -> check.path("alertname").asText())
                .collect(Collectors.toSet());
        assertThat(alerts).hasSizeGreaterThan(10).allSatisfy(alert -> {
            String runbook = alert.path("annotations").path("runbook_url").asText("missing");
            assertThat(leadsSomewhere(HOUSE.resolve("README.md"), runbook))
                    .as(runbook)
                    .isTrue();
            assertThat(fired).contains(alert.path("alert").asText());
        });
    }

    private static JsonNode yaml(String file) throws IOException {
        return new YAMLMapper().readTree(RULES.resolve(file).toFile());
    }

    private static List<Path> documents() throws IOException {
        try (Stream<Path> root = Files.list(HOUSE);
                Stream<Path> docs = Files.walk(HOUSE.resolve("docs"))) {
            return Stream.concat(root, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .toList();
        }
    }

    /** Those within the house. */
    private static List<String> links(Path document) throws IOException {
        return LINK.matcher(Files.readString(document))
                .results()
                .map(link -> link.group(1))
                .filter(link -> !link.contains("://"))
                .toList();
    }

    private static boolean leadsSomewhere(Path document, String link) throws IOException {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? document : document.resolveSibling(parts[0]);
        return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
    }

    /** As they are made of headings where documents are shown. */
    private static Set<String> anchors(Path document) throws IOException {
        return HEADING.matcher(Files.readString(document))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
