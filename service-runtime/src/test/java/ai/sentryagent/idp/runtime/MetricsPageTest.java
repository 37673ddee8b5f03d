package ai.sentryagent.idp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MockClock;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
    private final Context loop = vertx.getOrCreateContext();
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

    /** As a verticle does, on its event loop. */
    private Future<String> asked() {
        Promise<String> answer = Promise.promise();
        loop.runOnContext(here -> page.read().map(Buffer::toString).onComplete(answer));
        return answer.future();
    }

    private String read() throws TimeoutException {
        return asked().await(10, TimeUnit.SECONDS);
    }

    @Test
    void whoComesLaterReadsALaterOneThatAWorkerHasWritten() throws TimeoutException {
        assertThat(read()).contains("written 1.0");
        assertThat(read()).contains("written 2.0");
        assertThat(writtenByAWorker).hasValue(2);
    }

    /** Often, because once in some tens the worker is done before anyone on the event loop listens. */
    @Test
    void howeverSoonTheWorkerIsDoneTheNextReadsALaterOne() throws TimeoutException {
        for (int times = 1; times <= 10_000; times++) {
            assertThat(read()).contains("written " + times + ".0");
        }
    }

    @Test
    void allWhoComeWhileItRestsGetTheOneAfterThat() throws TimeoutException {
        takes = Duration.ofSeconds(1);
        read();
        Future.all(IntStream.range(0, 100).mapToObj(i -> asked()).toList()).await(10, TimeUnit.SECONDS);
        assertThat(written).hasValue(2);
    }

    @Test
    void itRestsNineTimesAsLongAsItTook() throws TimeoutException {
        takes = Duration.ofMillis(100);
        read();
        Future<?> early = vertx.timer(300);
        Future<?> next = asked();
        early.await(10, TimeUnit.SECONDS);
        assertThat(next.isComplete()).isFalse();
        next.await(10, TimeUnit.SECONDS);
    }

    @Test
    void oneThatTookLongIsFollowedByAnotherAllTheSame() throws TimeoutException {
        takes = Duration.ofHours(1);
        read();
        assertThat(read()).contains("written 2.0");
    }
}
