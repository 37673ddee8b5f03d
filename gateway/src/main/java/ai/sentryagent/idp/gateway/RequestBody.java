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
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Reads bodies, and knows which requests failed because theirs did not come whole. The handler of vertx-web would take
 * every form apart besides, for nobody (ADR 22). Belongs to one event loop.
 */
final class RequestBody implements Handler<RoutingContext> {
    private static final int LARGEST = 64 * 1024;

    /** After its head; looked at when some of it comes, because a connection that is silent ends by itself. */
    private static final Duration WITHIN = Duration.ofMinutes(1);

    /**
     * Bytes of all that are not whole yet; then the one that has been coming for longest makes room, because whoever means it
     * sends theirs at once.
     */
    private static final int MOST_HELD = 8 * 1024 * 1024;

    private static final String CONTINUE = "100-continue";
    private static final String READ = "body";
    private static final String COMING = "bodyIsComing";

    private final Clock clock;
    /** The oldest first. */
    private final Set<Part> coming = new LinkedHashSet<>();

    private long held;

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

    /** One that is not whole yet. */
    private static final class Part {
        private final RoutingContext context;
        private final Instant end;
        private Buffer read = Buffer.buffer();

        Part(RoutingContext context, Instant end) {
            this.context = context;
            this.end = end;
        }
    }

    private void read(RoutingContext context) {
        Part body = new Part(context, clock.instant().plus(WITHIN));
        coming.add(body);
        context.put(COMING, true);
        context.request()
                .handler(piece -> {
                    if (coming.contains(body)) { // else nobody waits for the rest
                        take(body, piece);
                    }
                })
                .endHandler(whole -> {
                    Buffer read = body.read;
                    if (leave(body)) {
                        context.remove(COMING);
                        context.put(READ, read);
                        context.next();
                    }
                })
                .exceptionHandler(failure -> {
                    if (leave(body)) {
                        context.fail(failure);
                    }
                })
                .resume();
    }

    private void take(Part body, Buffer piece) {
        if (clock.instant().isAfter(body.end)) {
            giveUp(body);
        } else if (body.read.length() + piece.length() > LARGEST) {
            leave(body);
            body.context.fail(413);
        } else {
            body.read.appendBuffer(piece);
            held += piece.length();
            while (held > MOST_HELD) {
                giveUp(coming.iterator().next());
            }
        }
    }

    /** Counted as 408, and heard by nobody. */
    private void giveUp(Part body) {
        leave(body);
        body.context.response().setStatusCode(408).reset();
    }

    /** Keeps nothing of it, and says whether it was still waited for. */
    private boolean leave(Part body) {
        held -= body.read.length();
        body.read = Buffer.buffer();
        return coming.remove(body);
    }
}
