package ai.sentryagent.idp.gateway;

import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Reads bodies, and knows which requests failed because theirs did not come whole. The handler of vertx-web would take
 * every form apart besides, for nobody (ADR 22).
 */
final class RequestBody implements Handler<RoutingContext> {
    private static final int LARGEST = 64 * 1024;

    /** After its head; looked at when some of it comes, because a connection that is silent ends by itself. */
    private static final Duration WITHIN = Duration.ofMinutes(1);

    private static final String CONTINUE = "100-continue";
    private static final String READ = "body";
    private static final String COMING = "bodyIsComing";

    private final Clock clock;

    RequestBody(Clock clock) {
        this.clock = clock;
    }

    /** What came; nothing where nothing did. */
    static Buffer of(RoutingContext context) {
        Buffer read = context.get(READ);
        return read == null ? Buffer.buffer() : read;
    }

    /** The client went away in the middle, or sent what is no chunk: that is no bug, and nobody hears the answer. */
    static boolean brokeOff(RoutingContext context) {
        return context.get(COMING) != null;
    }

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        String expectation = request.getHeader(HttpHeaders.EXPECT);
        if (length == null && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            context.next();
        } else if (length != null && Long.parseLong(length) > LARGEST) { // Netty refuses what is no number
            context.fail(413);
        } else if (expectation != null && !expectation.equalsIgnoreCase(CONTINUE)) {
            context.fail(417);
        } else {
            // RFC 9110 §10.1.1: HTTP/1.0 does not know it
            if (expectation != null && request.version() != HttpVersion.HTTP_1_0) {
                request.response().writeContinue();
            }
            read(context);
        }
    }

    private void read(RoutingContext context) {
        Instant end = clock.instant().plus(WITHIN);
        Buffer body = Buffer.buffer();
        context.put(COMING, true);
        context.request()
                .handler(part -> {
                    if (context.failed()) {
                        return; // nobody waits for the rest
                    }
                    if (clock.instant().isAfter(end)) {
                        context.response().setStatusCode(408).reset(); // counted as that, and heard by nobody
                    } else if (body.length() + part.length() > LARGEST) {
                        context.fail(413);
                    } else {
                        body.appendBuffer(part);
                    }
                })
                .endHandler(whole -> {
                    if (!context.failed()) {
                        context.remove(COMING);
                        context.put(READ, body);
                        context.next();
                    }
                })
                .exceptionHandler(failure -> {
                    if (brokeOff(context)) {
                        context.fail(failure);
                    }
                })
                .resume();
    }
}
