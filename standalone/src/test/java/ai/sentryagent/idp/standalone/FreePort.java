package ai.sentryagent.idp.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/** A port for a server that must be told one. */
public final class FreePort {
    private static final int ATTEMPTS = 100;

    /** Below those that the system gives to outgoing connections, one of which could take it before the server does. */
    private static final AtomicInteger NEXT =
            new AtomicInteger(10_000 + (int) (ProcessHandle.current().pid() % 200) * 100);

    private FreePort() {}

    public static int next() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            int port = NEXT.getAndIncrement();
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // somebody else's: the next one, then
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("No free port");
    }
}
