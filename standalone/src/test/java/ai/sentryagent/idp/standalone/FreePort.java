package ai.sentryagent.idp.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * A port for a server that must be told one. Each process of a test run has a range of its own, below those that the system
 * gives to outgoing connections, one of which could take it before the server does.
 */
public final class FreePort {
    private static final int FIRST = 10_000;
    private static final int RANGES = 50;
    private static final int SIZE = 400;

    /** Says to the others, until this process ends, that the range behind it is taken. */
    private static final ServerSocket OWN = own();

    private static int last = OWN.getLocalPort();

    private FreePort() {}

    public static synchronized int next() {
        for (int attempt = 1; attempt < SIZE; attempt++) {
            last = last + 1 < OWN.getLocalPort() + SIZE ? last + 1 : OWN.getLocalPort() + 1;
            try (ServerSocket socket = listen(last)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // somebody else's: the next one, then
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("No free port");
    }

    /** The first of two, the other of which comes right behind it. */
    public static synchronized int nextPair() {
        int first = next();
        int second = next();
        while (second != first + 1) {
            first = second;
            second = next();
        }
        return first;
    }

    private static ServerSocket own() {
        long start = ProcessHandle.current().pid();
        for (int i = 0; i < RANGES; i++) {
            try {
                return listen(FIRST + (int) ((start + i) % RANGES) * SIZE);
            } catch (IOException e) {
                // another process has it: the next one, then
            }
        }
        throw new IllegalStateException("No free range of ports");
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
