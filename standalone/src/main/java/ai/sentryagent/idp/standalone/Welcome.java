package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.AgentPage;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.standalone.dev.DevServers;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What the person at the terminal needs, and {@code dev.env} for their programs. */
final class Welcome {
    private Welcome() {}

    static void print(Map<String, String> environment, DevRun running) throws IOException {
        DevServers servers = running.servers();
        String url = DevEnvironment.url(environment);
        String id = administrator(running.process());
        List<String> metrics = running.cluster().map(DevCluster::metrics).orElse(List.of());
        String secret = String.valueOf(environment.get(DevEnvironment.SECRET));
        servers.folder()
                .write(
                        "dev.env",
                        String.join(
                                "\n",
                                "AGENTIDP_URL=" + url,
                                "AGENTIDP_CLIENT_ID=" + id,
                                "AGENTIDP_CLIENT_SECRET=" + secret,
                                // of the other processes; the gateway's own are at its address
                                "AGENTIDP_METRICS=" + String.join(",", metrics)));
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
        running.cluster().ifPresent(cluster -> {
            System.out.println("Beside this process, the gateway, there are:");
            cluster.processes().forEach(process -> System.out.println("  " + process));
        });
    }

    /** The client id of the first administrator. */
    static String administrator(ServiceProcess process) {
        ListAgents question = new ListAgents(null, null, null, null, DevEnvironment.ADMINISTRATOR, 1, 1);
        AgentPage found = AgentOperations.LIST
                .ask(Bus.on(process.runtime().vertx()), Caller.system("dev-welcome"), question)
                .await();
        return found.data().get(0).agentId().toString();
    }
}
