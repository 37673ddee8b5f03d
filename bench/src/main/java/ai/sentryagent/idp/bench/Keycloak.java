package ai.sentryagent.idp.bench;

import ai.sentryagent.idp.standalone.dev.DevServers;
import ai.sentryagent.idp.standalone.dev.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Keycloak in production mode on a Postgres with the settings of ours, its audit events saved. */
final class Keycloak implements Contender {
    static final String KEY = "keycloak";

    /** Of {@code peers/keycloak/realm.json}. */
    private static final String CLIENT = "5b2f0c1e-7a3d-4c55-9d0a-1f6f5a1c0b01";

    private static final String ASKS_FOR_A_TOKEN = "grant_type=client_credentials";

    private final Folders folders;
    private final String version;
    private final String secret;
    private final int port;
    private final int securePort;

    Keycloak(Folders folders, String version, String secret) throws IOException {
        this.folders = folders;
        this.version = version;
        this.secret = secret;
        this.port = Ports.free();
        this.securePort = Ports.free();
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public String name() {
        return "Keycloak " + version;
    }

    @Override
    public Set<Row> rows() {
        return Set.of(Row.TOKENS, Row.TOKENS_TLS, Row.INTROSPECT, Row.GET_AGENT);
    }

    @Override
    public void prepare(Children children) throws IOException {
        Path imports = Files.createDirectories(home().resolve("data/import"));
        Files.copy(
                folders.bench().resolve("peers/keycloak/realm.json"),
                imports.resolve("realm.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Server build = Server.start(
                children,
                List.of(program(), "build", "--db=postgres", "--cache=local"),
                Map.of(),
                folders.log(KEY + "-build"));
        if (build.child().waitFor() != 0) {
            throw new IOException("Keycloak cannot be built:\n" + Files.readString(build.log()));
        }
        start(children, true, List.of("--import-realm")).close();
    }

    @Override
    public Running start(Children children) throws IOException {
        return start(children, false, List.of());
    }

    private Running start(Children children, boolean fresh, List<String> more) throws IOException {
        DevServers servers = children.start(() -> DevServers.start(folders.data(KEY), fresh));
        URI database = URI.create(servers.databaseUrl());
        String[] login = database.getUserInfo().split(":", 2);
        List<String> command = new ArrayList<>(List.of(
                program(),
                "start",
                "--optimized",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                "--http-port=" + port,
                "--https-port=" + securePort,
                "--https-certificate-file=" + folders.certificate(),
                "--https-certificate-key-file=" + folders.privateKey(),
                "--hostname-strict=false",
                "--db-url=jdbc:postgresql://" + database.getHost() + ":" + database.getPort() + database.getPath(),
                "--db-username=" + login[0]));
        command.addAll(more);
        Server server = Server.start(
                children, command, Map.of("KC_DB_PASSWORD", login[1], "BENCH_CLIENT_SECRET", secret), folders.log(KEY));
        Duration start = server.firstToken(client("bench"));
        Map<Part, Long> processes = new EnumMap<>(Part.class);
        processes.put(Part.SERVER, server.child().pid());
        processes.put(Part.POSTGRES, Server.pid(folders.data(KEY).resolve("postgres/postmaster.pid")));
        return new Running(start, processes, questions(), List.of(server.child(), servers), Optional.empty());
    }

    private Map<Row, Running.Question> questions() {
        Client client = client("bench");
        Client manager = client("bench-manager");
        return Map.of(
                Row.TOKENS,
                () -> {
                    requireEvents(manager);
                    return client.tokenRequest();
                },
                Row.TOKENS_TLS,
                () -> new Client(
                                URI.create("https://127.0.0.1:" + securePort)
                                        .resolve(client.tokenEndpoint().getPath()),
                                client.login(),
                                ASKS_FOR_A_TOKEN)
                        .tokenRequest(),
                Row.INTROSPECT,
                () -> LiveTokens.introspection(
                        client,
                        url("realms/bench/protocol/openid-connect/token/introspect"),
                        folders.data(KEY).resolve("tokens")),
                Row.GET_AGENT,
                () -> Request.get(url("admin/realms/bench/clients/" + CLIENT), manager.bearer(), CLIENT));
    }

    /** It would be another contest if it wrote no audit trail. */
    private void requireEvents(Client manager) throws IOException {
        Request.get(url("admin/realms/bench/events?type=CLIENT_LOGIN&max=1"), manager.bearer(), "CLIENT_LOGIN")
                .ask();
    }

    private Client client(String id) {
        return new Client(url("realms/bench/protocol/openid-connect/token"), new Login(id, secret), ASKS_FOR_A_TOKEN);
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + port + "/" + path);
    }

    private Path home() {
        return folders.target().resolve("keycloak-" + version);
    }

    private String program() {
        return home().resolve("bin/kc.sh").toString();
    }
}
