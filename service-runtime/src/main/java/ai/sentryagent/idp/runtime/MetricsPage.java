package ai.sentryagent.idp.runtime;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of this process, in the Prometheus text format. To write that takes tens of milliseconds where there are many,
 * and whoever likes may ask: a worker writes it, once for all who wait, and for a tenth of the time at most.
 */
public final class MetricsPage {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Times that it took, in which nothing is written afterwards. */
    private static final int REST = 9;

    private final Vertx vertx;
    private final PrometheusMeterRegistry meters;
    private Future<Void> rested = Future.succeededFuture();
    private @Nullable Future<Buffer> coming;

    MetricsPage(Vertx vertx, PrometheusMeterRegistry meters) {
        this.vertx = vertx;
        this.meters = meters;
    }

    /** The page that is written next, or just now. It is shared: who sends it sends a copy. */
    public synchronized Future<Buffer> read() {
        if (coming == null) {
            coming = rested.compose(over -> vertx.executeBlocking(this::write, false));
        }
        return coming;
    }

    private Buffer write() {
        Clock clock = meters.config().clock();
        long begun = clock.monotonicTime();
        try {
            return Buffer.buffer(meters.scrape());
        } finally {
            rest(TimeUnit.NANOSECONDS.toMillis(clock.monotonicTime() - begun));
        }
    }

    private synchronized void rest(long tookMillis) {
        coming = null;
        rested = tookMillis > 0 ? vertx.timer(REST * tookMillis).mapEmpty() : Future.succeededFuture();
    }
}
