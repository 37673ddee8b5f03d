package ai.sentryagent.idp.standalone.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** The cable to a port of this machine: whoever connects to the link talks with the port, until the test says otherwise. */
public final class Link implements AutoCloseable {
    private static final int CHUNK = 16_384;

    private final int port;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final Set<Socket> lost = ConcurrentHashMap.newKeySet();
    private final LongAdder carried = new LongAdder();
    private @Nullable ServerSocket door;
    private boolean silent;

    private Link(int port, int target) {
        this.port = port;
        this.target = target;
    }

    /**
     * A link that works.
     *
     * @param port where the link listens, a free one
     */
    public static Link open(int port, int target) throws IOException {
        Link link = new Link(port, target);
        link.heal();
        return link;
    }

    public int port() {
        return port;
    }

    /** How many bytes have gone to and fro. */
    public long carried() {
        return carried.sum();
    }

    /** As if the other side were not there: what is connected is reset, and who comes is refused. */
    synchronized void cut() throws IOException {
        silent = false;
        notifyAll();
        if (door != null) {
            door.close();
            door = null;
        }
        sockets.forEach(Link::resetWhenClosed); // all of them first: who sees one side end closes the other
        sockets.forEach(Link::reset);
        lost.forEach(Link::reset);
        lost.clear();
    }

    /** As if every packet were lost: what is connected stays so, who comes is taken, and nothing arrives any more. */
    synchronized void blackhole() {
        silent = true;
    }

    /**
     * As if the host at the other end had gone, and another come in its place: what is connected stays so, takes all that is
     * sent, and answers nothing ever again; who comes is served.
     */
    public synchronized void lose() {
        lost.addAll(sockets);
    }

    /** From now on everything arrives, and so does what was on its way into a black hole. */
    synchronized void heal() throws IOException {
        silent = false;
        notifyAll();
        if (door == null) {
            ServerSocket opened = new ServerSocket();
            opened.setReuseAddress(true);
            opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            door = opened;
            start("link-" + port, () -> accept(opened));
        }
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    private void accept(ServerSocket opened) {
        while (true) {
            try {
                Socket near = opened.accept();
                start("link-" + port + "-to", () -> join(near));
            } catch (IOException e) {
                return; // it has been cut
            }
        }
    }

    /** The far side is called when it can be heard, and whatever ends one side ends the other. */
    private void join(Socket near) {
        Socket far = new Socket();
        try {
            keep(near, far);
            awaitVoice();
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            start("link-" + port + "-from", () -> pump(far, near));
            pump(near, far);
        } catch (IOException e) {
            reset(near);
            reset(far);
        } finally {
            sockets.remove(near);
            sockets.remove(far);
        }
    }

    /** One that was taken in the moment of a cut is cut as well. */
    private synchronized void keep(Socket near, Socket far) throws IOException {
        if (door == null) {
            throw new IOException("cut");
        }
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        sockets.add(near);
        sockets.add(far);
    }

    private void pump(Socket from, Socket to) {
        byte[] chunk = new byte[CHUNK];
        try {
            InputStream in = from.getInputStream();
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                awaitVoice();
                carried.add(count);
                if (!lost.contains(from)) {
                    to.getOutputStream().write(chunk, 0, count);
                }
            }
            awaitVoice();
            if (!lost.contains(from)) { // else the other side does not hear of it
                to.close();
            }
            from.close();
        } catch (IOException e) {
            reset(from);
            if (!lost.contains(from)) {
                reset(to);
            }
        }
    }

    private synchronized void awaitVoice() throws IOException {
        try {
            while (silent) {
                wait();
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    private static void resetWhenClosed(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // it is gone already
        }
    }

    private static void reset(Socket socket) {
        resetWhenClosed(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // it is gone already
        }
    }

    private static void start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }
}
