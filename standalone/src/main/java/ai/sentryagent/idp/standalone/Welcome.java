package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.DevServers;
import java.io.IOException;
import java.util.Map;

/** What the person at the terminal needs, and {@code dev.env} for their programs. */
final class Welcome {
    private static final String ADMINISTRATOR = "admin@agentidp.local";

    private Welcome() {}

    static void print(DevOptions options, Map<String, String> environment, DevServers servers, ServiceProcess process)
            throws IOException {
        String url = "http://localhost:" + options.port();
        String id = administrator(environment.getOrDefault("BOOTSTRAP_EMAIL", ADMINISTRATOR), process);
        String secret = String.valueOf(environment.get(DevEnvironment.SECRET));
        servers.folder()
                .write(
                        "dev.env",
                        String.join(
                                "\n",
                                "AGENTIDP_URL=" + url,
                                "AGENTIDP_CLIENT_ID=" + id,
                                "AGENTIDP_CLIENT_SECRET=" + secret,
                                "AGENTIDP_METRICS=" + url + "/metrics"));
        System.out.printf(
                """
                AgentIdP runs at %s. Ctrl-C stops it.

                  client id      %s
                  client secret  %s

                A token for the administrator:

                  curl -s -u %s:%s -d grant_type=client_credentials -d 'scope=agents:read agents:write' %s/api/v1/token

                The same is in %s, the log in %s.
                """,
                url,
                id,
                secret,
                id,
                secret,
                url,
                servers.folder().path().resolve("dev.env"),
                servers.folder().path().resolve("agentidp.log"));
    }

    private static String administrator(String email, ServiceProcess process) {
        return AgentOperations.LIST
                .ask(
                        process.runtime().vertx().eventBus(),
                        Caller.system("dev-welcome"),
                        new ListAgents(null, null, null, null, email, 1, 1))
                .toCompletionStage()
                .toCompletableFuture()
                .join()
                .data()
                .get(0)
                .agentId()
                .toString();
    }
}
