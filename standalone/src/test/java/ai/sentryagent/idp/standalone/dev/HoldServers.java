package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.nio.file.Path;

/** A process that holds a folder and its servers until its standard input ends, or until it is killed. */
final class HoldServers {
    private HoldServers() {}

    public static void main(String[] arguments) throws IOException {
        try (DevServers servers =
                DevServers.start(DataFolder.open(Path.of(arguments[0])), TestServers.programs(), false)) {
            System.out.println(servers.databaseUrl());
            System.out.println(servers.redisUrl());
            while (System.in.read() >= 0) {
                // The parent writes nothing; it closes the pipe.
            }
        }
    }
}
