package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.Subscription;
import ai.sentryagent.idp.standalone.dev.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Dashboards, alerts and the operators' document know the metrics by the names that a running product gives them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MonitoringTest {
    private static final Path DOCUMENT = Path.of("..", "docs", "operations", "monitoring.md");
    private static final Pattern NAMED = Pattern.compile("\\b(?:agentidp|vertx|jvm|process)_[a-z_]*[a-z]\\b");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^([a-z_]+)[{ ]");
    private static final Pattern PART = Pattern.compile("_(bucket|count|sum|max)$");

    /** Of one process there is nothing to send to another. */
    private static final Set<String> BETWEEN_PROCESSES = Set.of("vertx_eventbus_bytes_written_sum");

    private final Certified certified = Certified.by(new CertificateAuthority(Instant.now()), "monitored");
    private final RunningProduct product =
            RunningProduct.start(certified.settings()).askedBy(new Visitor(certified.authority()).client());
    private final Subscription subscription =
            Subscription.of("monitored", Ear.open().handlers());

    @BeforeAll
    void everythingHappensOnce() {
        subscription.start(product.bus()).await();
        Management management = Management.of(product);
        management.delete(management.register().path());
        System.gc(); // until the first collection nothing is told of any
        Patience.until(
                "what is measured now and then",
                () -> exposed(),
                names -> names.containsAll(
                        Set.of("agentidp_subscription_lag", "agentidp_outbox_facts", "jvm_gc_pause_seconds_sum")));
    }

    @AfterAll
    void stop() {
        subscription.close().await();
        product.close();
    }

    @Test
    void everyMetricOfADashboardOrAnAlertIsThere() throws IOException {
        Set<String> named = new TreeSet<>();
        try (Stream<Path> files = Files.walk(Path.of("..", "monitoring"))) {
            for (Path file : files.filter(MonitoringTest::asks).toList()) {
                named.addAll(names(Files.readString(file)));
            }
        }
        assertThat(named).hasSizeGreaterThan(20);
        named.removeAll(BETWEEN_PROCESSES);
        assertThat(exposed()).containsAll(named);
    }

    @Test
    void everyMetricOfOursIsInTheDocumentAndNoOther() throws IOException {
        assertThat(families(names(Files.readString(DOCUMENT)))).isEqualTo(families(exposed()));
    }

    private static boolean asks(Path file) {
        return file.toString().matches(".*\\.(json|yml)") && !file.toString().endsWith(".test.yml");
    }

    private Set<String> exposed() {
        return SAMPLE.matcher(
                        product.send("GET", "/metrics", Map.of(), "").json().asText())
                .results()
                .map(sample -> sample.group(1))
                .collect(Collectors.toSet());
    }

    private static Set<String> names(String text) {
        return NAMED.matcher(text).results().map(name -> name.group()).collect(Collectors.toSet());
    }

    /** Ours, without what tells the series of one metric apart. */
    private static Set<String> families(Set<String> names) {
        return names.stream()
                .filter(name -> name.startsWith("agentidp_"))
                .map(name -> PART.matcher(name).replaceFirst(""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
