package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.DevOptions;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of compose.yaml and the images without a Docker engine; .ci/compose does the rest. */
final class ComposeTest {
    private static final Path HOUSE = Path.of("..");
    private static final Pattern INSERTED = Pattern.compile("\\$\\{([A-Z_]+)");
    private static final Pattern EXAMPLE = Pattern.compile("(?m)^#?([A-Z][A-Z0-9_]+)=");
    private static final Pattern BASE = Pattern.compile("(?m)^ARG [A-Z]+=(\\S+)");
    private static final Pattern PINNED = Pattern.compile("[a-z/-]+:v?\\d+\\.\\d+\\S*");
    private static final Pattern HIDDEN = Pattern.compile(".*(PASSWORD|SECRET|_KEY|TOKEN|PEPPER|AUTH).*");

    /** Whose value follows from what an image is, and from how the containers find each other. */
    private static final Pattern SETTLED =
            Pattern.compile("HOST|PORT|MANAGEMENT_.*|POLICY_DIR|CLUSTER_.*|BUS_.*|DATABASE_.*|REDIS_.*|ISSUER_URL");

    private final JsonNode compose = yaml(HOUSE.resolve("compose.yaml"));
    private final JsonNode services = compose.get("services");

    @Test
    void everyModuleIsThereAndWhatItNeeds() {
        assertThat(names(services)).contains("init", "postgres", "redis").containsAll(DevOptions.MODULES);
        for (String module : DevOptions.MODULES) {
            assertThat(services.at("/" + module + "/build/args/MODULE").asText())
                    .isEqualTo(module);
        }
    }

    @Test
    void onlyTheGatewayCanBeReachedFromOutside() {
        Set<String> open = names(compose.get("networks")).stream()
                .filter(network ->
                        !compose.at("/networks/" + network + "/internal").asBoolean())
                .collect(Collectors.toSet());
        assertThat(open).containsExactly("outside");
        services.properties().forEach(service -> assertThat(service.getValue().has("ports")
                        || Stream.of(service.getValue().at("/networks"))
                                .anyMatch(networks -> networks.toString().contains("outside")))
                .as(service.getKey())
                .isEqualTo(service.getKey().equals("gateway")));
        assertThat(services.at("/gateway/ports/0").asText()).startsWith("${GATEWAY_ADDRESS:-127.0.0.1}:");
        assertThat(services.at("/init/network_mode").asText()).isEqualTo("none");
    }

    @Test
    void everyContainerHasItsLimitsAndIsWatched() {
        services.properties().forEach(service -> {
            JsonNode one = service.getValue();
            assertThat(one.at("/deploy/resources/limits/memory").asText())
                    .as(service.getKey())
                    .isNotEmpty();
            boolean once = service.getKey().equals("init");
            assertThat(one.get("restart").asText()).isEqualTo(once ? "no" : "unless-stopped");
            assertThat(one.has("healthcheck")).as(service.getKey()).isEqualTo(!once);
        });
    }

    @Test
    void whatRunsOurCodeCannotChangeItself() {
        Stream.concat(Stream.of("init"), DevOptions.MODULES.stream()).forEach(name -> {
            JsonNode service = services.get(name);
            assertThat(service.get("read_only").asBoolean()).as(name).isTrue();
            assertThat(service.get("cap_drop").toString()).isEqualTo("[\"ALL\"]");
            assertThat(service.get("security_opt").toString()).contains("no-new-privileges:true");
        });
        DevOptions.MODULES.forEach(
                module -> assertThat(services.at("/" + module + "/volumes/0").asText())
                        .isEqualTo(module.replace("-service", "") + "-keys:/agentidp/keys:ro"));
    }

    @Test
    void everyImageIsPinned() throws IOException {
        Set<String> images = new TreeSet<>();
        for (Path file : files()) {
            for (JsonNode service : yaml(file).get("services")) {
                if (!service.has("build")) {
                    images.add(service.get("image").asText());
                }
            }
        }
        BASE.matcher(Files.readString(HOUSE.resolve("Dockerfile")))
                .results()
                .forEach(base -> images.add(base.group(1)));
        assertThat(images)
                .contains("postgres:14.12-alpine3.19", "redis:7.2-alpine3.19")
                .hasSizeGreaterThanOrEqualTo(5)
                .allSatisfy(image -> assertThat(image).matches(PINNED));
    }

    @Test
    void aProcessIsToldWhatItReadsAndNothingElse() {
        Map<String, Set<String>> read = SettingsRead.byModule();
        for (String module : DevOptions.MODULES) {
            Set<String> told = names(services.at("/" + module + "/environment"));
            assertThat(told).as(module).contains("AGENTIDP_CONFIG", "DATABASE_URL");
            told.remove("AGENTIDP_CONFIG");
            assertThat(read.get(module)).as(module).containsAll(told);
        }
    }

    /** Set in .env a setting reaches somebody, or it would be ignored without a word. */
    @Test
    void everySettingCanBeSet() {
        Set<String> told = new TreeSet<>();
        DevOptions.MODULES.forEach(module -> told.addAll(names(services.at("/" + module + "/environment"))));
        SettingsRead.byModule().forEach((module, names) -> assertThat(
                        names.stream().filter(name -> !SETTLED.matcher(name).matches()))
                .as(module)
                .isSubsetOf(told));
    }

    @Test
    void theExampleNamesWhatIsReadFromItAndNothingElse() throws IOException {
        Set<String> wanted = new TreeSet<>();
        for (Path file : files()) {
            INSERTED.matcher(Files.readString(file)).results().forEach(found -> wanted.add(found.group(1)));
            yaml(file)
                    .get("services")
                    .forEach(service -> service.path("environment").properties().forEach(variable -> {
                        if (variable.getValue().isNull()) { // passed on
                            wanted.add(variable.getKey());
                        }
                    }));
        }
        Set<String> named = new TreeSet<>();
        EXAMPLE.matcher(Files.readString(HOUSE.resolve(".env.example")))
                .results()
                .forEach(found ->
                        assertThat(named.add(found.group(1))).as(found.group(1)).isTrue());
        assertThat(named).isEqualTo(wanted);
    }

    @Test
    void noCredentialStandsInIt() throws IOException {
        for (Path file : files()) {
            yaml(file)
                    .get("services")
                    .forEach(service -> service.path("environment").properties().forEach(variable -> {
                        if (HIDDEN.matcher(variable.getKey()).matches()) {
                            assertThat(variable.getValue().asText("${"))
                                    .as(variable.getKey())
                                    .matches("null|\\$\\{.*");
                        }
                    }));
        }
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(HOUSE)) {
            return files.filter(file -> file.getFileName().toString().matches("compose.*\\.yaml"))
                    .toList();
        }
    }

    private static Set<String> names(JsonNode object) {
        return object.properties().stream().map(Map.Entry::getKey).collect(Collectors.toCollection(TreeSet::new));
    }

    /** With anchors and merged keys put in. */
    private static JsonNode yaml(Path file) {
        try {
            Object read = new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(file));
            return new ObjectMapper().valueToTree(new TreeMap<>((Map<?, ?>) read));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
