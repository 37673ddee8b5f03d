package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.MetricsPage;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.function.Supplier;

/** The metrics at the port of the API, where everybody may read them and no budget is charged. */
final class PublicMetrics {
    /**
     * At one event loop, from the question until the answer has left: more than monitors are, and what is held for those who
     * never read it is some pieces of the page. An operator's own port is not among these.
     */
    static final int READERS = 32;

    private final Supplier<Future<Buffer>> page;
    private int readers;

    /** @param page all who read share it */
    PublicMetrics(Supplier<Future<Buffer>> page) {
        this.page = page;
    }

    /** Completes with an answer that has been sent. */
    Future<Answer> read(RoutingContext context) {
        if (readers == READERS) {
            return Future.failedFuture(
                    new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many read the metrics"));
        }
        readers++;
        return page.get()
                .map(text -> new Answer(200, Map.of("content-type", MetricsPage.CONTENT_TYPE), text))
                .compose(answer -> answer.send(context).transform(leftOrGone -> Future.succeededFuture(answer)))
                .onComplete(read -> readers--);
    }
}
