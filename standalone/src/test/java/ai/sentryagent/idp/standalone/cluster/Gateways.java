package ai.sentryagent.idp.standalone.cluster;

import ai.sentryagent.idp.standalone.dev.Member;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The gateways as a load balancer has them: each in its turn, as long as it says that it is ready. */
final class Gateways implements AutoCloseable {
    private static final long LOOK_EVERY_NANOS = 50_000_000L;
    private static final Duration SILENT_AT_MOST = Duration.ofSeconds(1);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(SILENT_AT_MOST).build();
    private final List<String> known = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final Thread watch = new Thread(this::look, "gateways");
    private volatile List<String> ready = List.of();
    private volatile boolean closed;

    Gateways() {
        watch.start();
    }

    void add(Member gateway) {
        known.add(RunningCluster.url(gateway));
    }

    /** One that is ready; while none is, one that was there. */
    String next() {
        List<String> seen = ready;
        List<String> candidates = seen.isEmpty() ? known : seen;
        return candidates.get(Math.floorMod(turn.getAndIncrement(), candidates.size()));
    }

    private void look() {
        while (!closed) {
            ready = known.stream().filter(this::isReady).toList();
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
        }
    }

    private boolean isReady(String url) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/health/ready"))
                .timeout(SILENT_AT_MOST)
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            watch.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
