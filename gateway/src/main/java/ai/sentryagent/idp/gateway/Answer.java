package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Wire;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What is sent back. */
record Answer(int status, Map<String, String> headers, @Nullable Buffer body) {
    /** What is held outside the heap for somebody who does not read. */
    private static final int PIECE = 64 * 1024;

    private static final Duration PIECE_IS_READ_WITHIN = Duration.ofMinutes(1);

    static Answer json(int status, Object body) {
        return new Answer(status, Map.of("content-type", "application/json"), Wire.encode(body));
    }

    static Answer ok(Object body) {
        return json(200, body);
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), null);
    }

    Answer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new Answer(status, more, body);
    }

    /** 202 where the change is stored and not yet known everywhere. */
    Answer unless(boolean everywhere) {
        return everywhere ? this : new Answer(202, headers, body).with("retry-after", "5");
    }

    /**
     * RFC 9110 §9.3.2: HEAD is told how long the body would be, and does not get it. Completes when all of it has left, or
     * nobody is there any more to whom it could be sent.
     */
    Future<Void> send(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return Future.succeededFuture();
        }
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (body == null) {
            return response.end();
        }
        response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
        return context.request().method().equals(HttpMethod.HEAD)
                ? response.end()
                : allButTheLastPiece(response, body.slice()) // others may be sent the same body now
                        .compose(response::end)
                        .onFailure(unread -> context.request().connection().close());
    }

    /**
     * Each goes when the one before has left; whoever goes away meanwhile, or takes too long for one, gets no more. Completes
     * with the one that is left.
     */
    static Future<Buffer> allButTheLastPiece(HttpServerResponse response, Buffer body) {
        return body.length() <= PIECE
                ? Future.succeededFuture(body)
                : write(response, body.slice(0, PIECE))
                        .compose(left -> allButTheLastPiece(response, body.slice(PIECE, body.length())));
    }

    static Future<Void> write(HttpServerResponse response, Buffer piece) {
        return response.write(piece).timeout(PIECE_IS_READ_WITHIN.toSeconds(), TimeUnit.SECONDS);
    }
}
