package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.ServiceProcess;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.AgentOperations;
import ai.sentryagent.idp.schema.agents.AgentPage;
import ai.sentryagent.idp.schema.agents.ListAgents;
import ai.sentryagent.idp.schema.credentials.AuthenticateClient;
import ai.sentryagent.idp.schema.credentials.CredentialOperations;
import ai.sentryagent.idp.standalone.dev.DevServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the person at the terminal needs, and {@code dev.env} for their programs. */
final class Welcome {
    private static final String SECRET = "AGENTIDP_CLIENT_SECRET=";
    private static final Caller SELF = Caller.system("dev-welcome");
    private static final Set<ErrorCode> WRONG =
            Set.of(ErrorCode.INVALID_CLIENT, ErrorCode.UNAUTHORIZED_CLIENT, ErrorCode.RATE_LIMIT_EXCEEDED);

    private Welcome() {}

    static void print(Map<String, String> environment, DevRun running) throws IOException {
        DevServers servers = running.servers();
        String url = DevEnvironment.url(environment);
        String id = administrator(running.process());
        List<String> metrics = running.cluster().map(DevCluster::metrics).orElse(List.of());
        Path file = servers.folder().path().resolve("dev.env");
        // whoever has rotated it may have put the new one there
        String written = written(file);
        Optional<String> works = Stream.of(written, String.valueOf(environment.get(DevEnvironment.SECRET)))
                .distinct()
                .filter(secret -> isRight(running.process(), id, secret))
                .findFirst();
        String secret = works.orElse(written);
        servers.folder()
                .write(
                        "dev.env",
                        String.join(
                                "\n",
                                "AGENTIDP_URL=" + url,
                                "AGENTIDP_CLIENT_ID=" + id,
                                SECRET + secret,
                                // of the other processes; the gateway's own are at its address
                                "AGENTIDP_METRICS=" + String.join(",", metrics)));
        System.out.printf("AgentIdP runs at %s. Ctrl-C stops it.%n%n", url);
        if (works.isPresent()) {
            System.out.printf(
                    """
                      client id      %s
                      client secret  %s

                    A token for the administrator:

                      curl -sS -u %s:%s -d grant_type=client_credentials -d 'scope=agents:read agents:write' %s/api/v1/token
                    """,
                    id, secret, id, secret, url);
        } else {
            System.out.printf(
                    """
                      client id      %s

                    It gets no token with a secret that is known here: neither with the one of the first start nor with what
                    stands as AGENTIDP_CLIENT_SECRET in %s. If it has a new one put that there; if it is suspended only
                    another administrator can help. Or begin anew with --fresh.
                    """,
                    id, file);
        }
        System.out.printf(
                "%nThe same is in %s, the log in %s.%n",
                file, servers.folder().path().resolve("agentidp.log"));
        running.cluster().ifPresent(cluster -> {
            System.out.println("Beside this process, the gateway, there are:");
            cluster.processes().forEach(process -> System.out.println("  " + process));
        });
    }

    /** The secret in it; empty when it does not exist yet. */
    private static String written(Path file) throws IOException {
        if (!Files.exists(file)) {
            return "";
        }
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(SECRET))
                .map(line -> line.substring(SECRET.length()))
                .findFirst()
                .orElse("");
    }

    /** Or may be: where nobody answers, nothing is known against it. A wrong one leaves no trace. */
    private static boolean isRight(ServiceProcess process, String id, String secret) {
        if (secret.isEmpty()) {
            return false;
        }
        return CredentialOperations.AUTHENTICATE
                .ask(Bus.on(process.runtime().vertx()), SELF, new AuthenticateClient(id, secret, true))
                .map(true)
                .otherwise(failure -> !(failure instanceof ServiceException refused && WRONG.contains(refused.code())))
                .await();
    }

    /** The client id of the first administrator. */
    static String administrator(ServiceProcess process) {
        ListAgents question = new ListAgents(null, null, null, null, DevEnvironment.ADMINISTRATOR, 1, 1);
        AgentPage found = AgentOperations.LIST
                .ask(Bus.on(process.runtime().vertx()), SELF, question)
                .await();
        return found.data().get(0).agentId().toString();
    }
}
