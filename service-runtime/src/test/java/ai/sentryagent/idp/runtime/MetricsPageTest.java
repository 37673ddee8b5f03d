package ai.sentryagent.idp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class MetricsPageTest {
    private final Vertx vertx = Vertx.vertx();
    private final MockClock clock = new MockClock();
    private final PrometheusMeterRegistry meters =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
    private final AtomicInteger written = new AtomicInteger();
    private final AtomicInteger writtenByAWorker = new AtomicInteger();
    private volatile Duration takes = Duration.ZERO;
    private final MetricsPage page = new MetricsPage(vertx, meters);

    MetricsPageTest() {
        Gauge.builder("written", this::count).register(meters);
    }

    @AfterEach
    void close() throws TimeoutException {
        vertx.close().await(10, TimeUnit.SECONDS);
    }

    private int count() {
        if (Context.isOnWorkerThread()) {
            writtenByAWorker.incrementAndGet();
        }
        clock.add(takes);
        return written.incrementAndGet();
    }

    private String read() throws TimeoutException {
        return page.read().await(10, TimeUnit.SECONDS).toString();
    }

    @Test
    void whoComesLaterReadsALaterOneThatAWorkerHasWritten() throws TimeoutException {
        assertThat(read()).contains("written 1.0");
        assertThat(read()).contains("written 2.0");
        assertThat(writtenByAWorker).hasValue(2);
    }

    @Test
    void allWhoComeWhileItRestsGetTheOneAfterThat() throws TimeoutException {
        takes = Duration.ofMillis(5);
        read();
        Future.all(IntStream.range(0, 100).mapToObj(i -> page.read()).toList()).await(10, TimeUnit.SECONDS);
        assertThat(written).hasValue(2);
    }

    @Test
    void itRestsNineTimesAsLongAsItTook() throws TimeoutException {
        takes = Duration.ofMillis(20);
        read();
        Future<?> early = vertx.timer(170);
        Future<?> next = page.read();
        early.await(10, TimeUnit.SECONDS);
        assertThat(next.isComplete()).isFalse();
        next.await(10, TimeUnit.SECONDS);
    }
}
