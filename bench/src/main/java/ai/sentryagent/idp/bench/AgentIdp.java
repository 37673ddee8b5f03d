package ai.sentryagent.idp.bench;

import ai.sentryagent.idp.standalone.dev.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code ./agentidp dev}, with a Postgres that survives a power cut and a rate limit that is counted and never reached. */
final class AgentIdp implements Contender {
    static final String ONE = "one";
    static final String FIVE = "five";
    static final String ONE_ES256 = "one-es256";
    static final String ONE_TLS = "one-tls";
    static final List<String> KEYS = List.of(ONE, FIVE, ONE_ES256, ONE_TLS);

    /** Limits that are out of reach, and a log that tells of every event loop that is held up. */
    private static final Map<String, String> SETTINGS = Map.of(
            "RATE_LIMIT_MAX_REQUESTS", "1000000000",
            "MAX_TOKENS_PER_MONTH", "0",
            "MAX_AGENTS", "0",
            "BLOCKED_AFTER_MS", String.valueOf(Blockages.AFTER_MILLIS));

    private static final String ASKS_FOR_A_TOKEN = "grant_type=client_credentials&scope=agents:read";

    private final String key;
    private final Folders folders;
    private final List<String> arguments;
    private final Map<String, String> settings;
    private final int port;

    private AgentIdp(String key, Folders folders, List<String> arguments, Map<String, String> settings)
            throws IOException {
        this.key = key;
        this.folders = folders;
        this.arguments = arguments;
        this.settings = new HashMap<>(SETTINGS);
        this.settings.putAll(settings);
        this.port = Ports.free();
    }

    static AgentIdp of(String key, Folders folders) throws IOException {
        return switch (key) {
            case ONE -> new AgentIdp(key, folders, List.of(), Map.of());
            case FIVE -> new AgentIdp(key, folders, List.of("--cluster"), Map.of());
            case ONE_ES256 -> new AgentIdp(key, folders, List.of(), Map.of("JWT_ALGORITHM", "ES256"));
            case ONE_TLS ->
                new AgentIdp(
                        key,
                        folders,
                        List.of(),
                        Map.of(
                                "TLS_CERTIFICATE_FILE", folders.certificate().toString(),
                                "TLS_PRIVATE_KEY_FILE", folders.privateKey().toString()));
            default -> throw new IllegalArgumentException("there is no topology " + key);
        };
    }

    @Override
    public String key() {
        return key;
    }

    @Override
    public String name() {
        return switch (key) {
            case FIVE -> "AgentIdP, five processes, mutual TLS";
            case ONE_ES256 -> "AgentIdP, one process, ES256";
            case ONE_TLS -> "AgentIdP, one process, HTTPS";
            default -> "AgentIdP, one process";
        };
    }

    @Override
    public Set<Row> rows() {
        return switch (key) {
            case ONE_ES256 -> Set.of(Row.TOKENS_ES256);
            case ONE_TLS -> Set.of(Row.TOKENS_TLS);
            default -> Set.of(Row.TOKENS, Row.INTROSPECT, Row.GET_AGENT);
        };
    }

    @Override
    public void prepare(Children children) throws IOException {
        startOnce(children, "--fresh");
        startOnce(children); // the first start with nothing to build archives the classes for the next
    }

    private void startOnce(Children children, String... more) throws IOException {
        Files.deleteIfExists(data().resolve("dev.env"));
        Server server = launch(children, more);
        server.await(() -> Files.exists(data().resolve("dev.env")));
        server.child().close();
    }

    @Override
    public Running start(Children children) throws IOException {
        Client client = new Client(api("token"), administrator(), ASKS_FOR_A_TOKEN);
        Server server = launch(children);
        Duration start = server.firstToken(client);
        Map<Part, Long> processes = new EnumMap<>(Part.class);
        processes.put(Part.SERVER, server.child().pid());
        processes.put(Part.POSTGRES, Server.pid(data().resolve("postgres/postmaster.pid")));
        processes.put(Part.REDIS, Server.pid(data().resolve("redis.pid")));
        return new Running(
                start, processes, questions(client), List.of(server.child()), Optional.of(new Blockages(data())));
    }

    private Server launch(Children children, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                folders.launcher().toString(), "dev", "--port", String.valueOf(port), "--data", data().toString()));
        command.addAll(arguments);
        command.addAll(List.of(more));
        return Server.start(children, command, settings, folders.log(key));
    }

    private Map<Row, Running.Question> questions(Client client) {
        String id = client.login().id();
        Request token = client.tokenRequest();
        return Map.of(
                Row.TOKENS,
                () -> token,
                Row.TOKENS_ES256,
                () -> token,
                Row.TOKENS_TLS,
                () -> token,
                Row.INTROSPECT,
                () -> LiveTokens.introspection(client, api("token/introspect"), data().resolve("tokens")),
                Row.GET_AGENT,
                () -> Request.get(api("agents/" + id), client.bearer(), id));
    }

    URI url() {
        return URI.create((key.equals(ONE_TLS) ? "https" : "http") + "://127.0.0.1:" + port);
    }

    /** Of the last start. */
    Login administrator() throws IOException {
        Map<String, String> said = Files.readAllLines(data().resolve("dev.env")).stream()
                .map(line -> line.split("=", 2))
                .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
        return new Login(said.getOrDefault("AGENTIDP_CLIENT_ID", ""), said.getOrDefault("AGENTIDP_CLIENT_SECRET", ""));
    }

    private URI api(String path) {
        return url().resolve("/api/v1/" + path);
    }

    private Path data() {
        return folders.data(key);
    }
}
