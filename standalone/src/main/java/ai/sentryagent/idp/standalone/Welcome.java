package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.AgentPage;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.standalone.dev.DevOptions;
import ai.sentryagent.idp.standalone.dev.DevServers;
import java.io.IOException;
import java.util.Map;

/** What the person at the terminal needs, and {@code dev.env} for their programs. */
final class Welcome {
    private Welcome() {}

    static void print(DevOptions options, Map<String, String> environment, DevServers servers, ServiceProcess process)
            throws IOException {
        String url = "http://localhost:" + options.port();
        String id = administrator(process);
        String secret = String.valueOf(environment.get(DevEnvironment.SECRET));
        servers.folder()
                .write(
                        "dev.env",
                        String.join(
                                "\n",
                                "AGENTIDP_URL=" + url,
                                "AGENTIDP_CLIENT_ID=" + id,
                                "AGENTIDP_CLIENT_SECRET=" + secret,
                                // The addresses of other processes than the gateway, of which there are none.
                                "AGENTIDP_METRICS="));
        System.out.printf(
                """
                AgentIdP runs at %s. Ctrl-C stops it.

                  client id      %s
                  client secret  %s

                A token for the administrator:

                  curl -sS -u %s:%s -d grant_type=client_credentials -d 'scope=agents:read agents:write' %s/api/v1/token

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

    /** The client id of the first administrator. */
    static String administrator(ServiceProcess process) {
        ListAgents question = new ListAgents(null, null, null, null, DevEnvironment.ADMINISTRATOR, 1, 1);
        AgentPage found = AgentOperations.LIST
                .ask(process.runtime().vertx().eventBus(), Caller.system("dev-welcome"), question)
                .await();
        return found.data().get(0).agentId().toString();
    }
}
