package ai.sentryagent.idp.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/** A development run that ends as soon as it is ready, in a folder of its own: the JVM notes which classes it takes. */
final class RehearsalMain {
    private RehearsalMain() {}

    public static void main(String[] arguments) throws IOException {
        DevMain.main(new String[] {"--fresh", "--data", arguments[0], "--port", String.valueOf(freePort())});
        System.exit(0); // ends like a run that a signal stops
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
