package ai.sentryagent.idp.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Registers agents and generates credentials for some of them, through the API as any program would. */
final class Loader {
    private static final int AT_A_TIME = 32;

    /** Far fewer than are registered while a token lives. */
    private static final int AGENTS_A_TOKEN = 10_000;

    private static final String FORM = "grant_type=client_credentials&scope=agents:read%20agents:write";

    private final URI api;
    private final Client manager;

    /** Tells the agents of one run from those of another. */
    private final String run = UUID.randomUUID().toString();

    /** @param login of an agent with the scopes {@code agents:read} and {@code agents:write} */
    Loader(URI url, Login login) {
        this.api = url.resolve("/api/v1/");
        this.manager = new Client(api.resolve("token"), login, FORM);
    }

    /** The logins of the first agents. */
    List<Login> load(int agents, int credentials) throws IOException {
        List<Login> logins = new ArrayList<>();
        for (int first = 0; first < agents; first += AGENTS_A_TOKEN) {
            String bearer = manager.bearer();
            int base = first;
            int count = Math.min(AGENTS_A_TOKEN, agents - first);
            List<String> ids = Parallel.each(count, AT_A_TIME, number -> register(bearer, base + number));
            int holders = Math.max(0, Math.min(count, credentials - first));
            logins.addAll(Parallel.each(holders, AT_A_TIME, number -> login(bearer, ids.get(number))));
            System.err.println((first + count) + " agents, " + logins.size() + " credentials");
        }
        return logins;
    }

    private String register(String bearer, int number) throws IOException {
        JsonObject agent = new JsonObject(Map.of(
                "email", "agent-" + number + "@" + run + ".example",
                "agentType", "custom",
                "version", "1.0.0",
                "capabilities", new JsonArray(List.of("data:read")),
                "owner", "bench",
                "deploymentEnv", "staging"));
        String answer =
                Request.json(api.resolve("agents"), bearer, agent, "agentId").ask();
        return new JsonObject(answer).getString("agentId");
    }

    private Login login(String bearer, String agent) throws IOException {
        URI credentials = api.resolve("agents/" + agent + "/credentials");
        String answer = Request.json(credentials, bearer, new JsonObject(), "clientSecret")
                .ask();
        return new Login(agent, new JsonObject(answer).getString("clientSecret"));
    }
}
