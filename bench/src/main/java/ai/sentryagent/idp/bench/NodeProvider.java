package ai.sentryagent.idp.bench;

import ai.sentryagent.idp.standalone.dev.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** node-oidc-provider, which stores nothing and writes no audit trail. */
final class NodeProvider implements Contender {
    static final String KEY = "node";

    private static final String CLIENT = "bench";

    private final Folders folders;
    private final String secret;
    private final int port;

    NodeProvider(Folders folders, String secret) throws IOException {
        this.folders = folders;
        this.secret = secret;
        this.port = Ports.free();
    }

    @Override
    public String key() {
        return KEY;
    }

    @Override
    public String name() {
        return "node-oidc-provider, in memory";
    }

    @Override
    public Set<Row> rows() {
        return Set.of(Row.TOKENS);
    }

    @Override
    public void prepare(Children children) throws IOException {
        start(children).close();
    }

    @Override
    public Running start(Children children) throws IOException {
        Path program = folders.bench().resolve("peers/node-oidc-provider/server.js");
        Server server = Server.start(
                children,
                List.of("node", program.toString()),
                Map.of(
                        "NODE_ENV",
                        "production",
                        "PORT",
                        String.valueOf(port),
                        "CLIENT_ID",
                        CLIENT,
                        "CLIENT_SECRET",
                        secret),
                folders.log(KEY));
        Client client = new Client(
                URI.create("http://127.0.0.1:" + port + "/token"),
                new Login(CLIENT, secret),
                "grant_type=client_credentials&scope=agents:read");
        return new Running(
                server.firstToken(client),
                Map.of(Part.SERVER, server.child().pid()),
                Map.of(Row.TOKENS, client::tokenRequest),
                List.of(server.child()),
                Optional.empty());
    }
}
