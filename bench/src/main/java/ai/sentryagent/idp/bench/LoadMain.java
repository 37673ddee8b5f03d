package ai.sentryagent.idp.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;

/** {@code bench/load}: fills an installation with agents. */
public final class LoadMain {
    private LoadMain() {}

    /** What is not given as an option is taken from the variables of {@code dev.env}. */
    public static void main(String[] words) throws IOException {
        Map<String, String> environment = System.getenv();
        try {
            Arguments arguments = Arguments.parse(
                    List.of(words),
                    Map.of(
                            "--url",
                            environment.getOrDefault("AGENTIDP_URL", ""),
                            "--client-id",
                            environment.getOrDefault("AGENTIDP_CLIENT_ID", ""),
                            "--client-secret",
                            environment.getOrDefault("AGENTIDP_CLIENT_SECRET", ""),
                            "--agents",
                            "100000",
                            "--credentials",
                            "5000",
                            "--out",
                            "logins"));
            Login manager = new Login(arguments.required("--client-id"), arguments.required("--client-secret"));
            Loader loader = new Loader(URI.create(arguments.required("--url")), manager);
            int agents = arguments.number("--agents");
            int credentials = arguments.number("--credentials");
            Path out = Path.of(arguments.required("--out"));
            // Before the work, which is long, and not over anything.
            Files.createFile(out, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            List<Login> logins = loader.load(agents, credentials);
            Files.write(
                    out,
                    logins.stream()
                            .map(login -> login.id() + " " + login.secret())
                            .toList());
        } catch (IllegalArgumentException e) {
            Arguments.refuse(e);
        }
    }
}
