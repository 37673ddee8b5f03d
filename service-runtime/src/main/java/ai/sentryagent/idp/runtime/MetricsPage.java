package ai.sentryagent.idp.runtime;

import io.micrometer.core.instrument.Clock;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Every meter of this process, in the Prometheus text format, for one verticle. To write that takes tens of milliseconds where
 * there are many, and whoever likes may ask: a worker writes it, once for all who wait, and for a tenth of the time at most.
 */
public final class MetricsPage {
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    /** Times that it took, in which nothing is written afterwards. */
    private static final int REST = 9;

    /** However long it took: who scrapes does not wait for many seconds. */
    private static final long LONGEST_REST_MILLIS = 1_000;

    private final Vertx vertx;
    private final PrometheusMeterRegistry meters;
    private Future<Void> rested = Future.succeededFuture();
    private @Nullable Future<Buffer> coming;

    public MetricsPage(Vertx vertx, PrometheusMeterRegistry meters) {
        this.vertx = vertx;
        this.meters = meters;
    }

    private record Written(Buffer text, long tookMillis) {}

    /** The page that is written next, or just now. It is shared: who sends it sends a slice. */
    public Future<Buffer> read() {
        if (coming == null || coming.isComplete()) {
            coming = rested.compose(over -> vertx.executeBlocking(this::write, false))
                    .map(this::rest);
        }
        return coming;
    }

    private Written write() {
        Clock clock = meters.config().clock();
        long begun = clock.monotonicTime();
        Buffer text = Buffer.buffer(meters.scrape());
        return new Written(text, TimeUnit.NANOSECONDS.toMillis(clock.monotonicTime() - begun));
    }

    private Buffer rest(Written page) {
        if (page.tookMillis() > 0) {
            rested = vertx.timer(Math.min(REST * page.tookMillis(), LONGEST_REST_MILLIS))
                    .mapEmpty();
        }
        return page.text();
    }
}
