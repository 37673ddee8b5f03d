package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;

/** Finds a port for a server that cannot find one by itself. */
final class Ports {
    private static final int ATTEMPTS = 5;

    private Ports() {}

    interface Start {
        /** Returns nothing, or why the server did not start on this port. */
        Optional<String> on(int port) throws IOException;
    }

    /**
     * Between finding a free port and the server taking it another process may, so it may take more than one attempt.
     *
     * @return the port that the server has
     */
    static int startOnFreePort(Start start) throws IOException {
        for (int attempt = 1; ; attempt++) {
            int port = free();
            Optional<String> complaint = start.on(port);
            if (complaint.isEmpty()) {
                return port;
            }
            if (attempt == ATTEMPTS || !complaint.get().contains("Address already in use")) {
                throw new DevException(complaint.get());
            }
        }
    }

    static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
