package ai.sentryagent.idp.standalone.dev;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ThreadLocalRandom;

/** Finds a port for a server that cannot find one by itself. */
public final class Ports {
    private static final int ATTEMPTS = 5;
    private static final int LOOKS = 100;
    private static final int FIRST = 30_000;
    private static final int LAST = 32_700;

    /** More than the processes of a cluster take before all have bound theirs. */
    private static final int REMEMBERED = 200;

    private static final Queue<Integer> GIVEN = new ArrayDeque<>();

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

    /**
     * A port that nobody has at the moment, and that was not given to anybody who may not have it yet, below those that the
     * system gives to outgoing connections, one of which could take it before the server does, or while it is restarted.
     */
    public static synchronized int free() throws IOException {
        IOException taken = new IOException("No port is free between " + FIRST + " and " + LAST);
        for (int attempt = 0; attempt < LOOKS; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
            if (GIVEN.contains(port)) {
                continue;
            }
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                GIVEN.add(port);
                if (GIVEN.size() > REMEMBERED) {
                    GIVEN.remove();
                }
                return socket.getLocalPort();
            } catch (BindException e) {
                taken = e;
            }
        }
        throw taken;
    }
}
