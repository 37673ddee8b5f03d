package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Wire;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is sent back. */
record Answer(int status, Map<String, String> headers, @Nullable Buffer body) {
    /** What is held outside the heap for somebody who does not read. */
    private static final int PIECE = 64 * 1024;

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

    /** RFC 9110 §9.3.2: HEAD is told how long the body would be, and does not get it. */
    void send(RoutingContext context) {
        HttpServerResponse response = context.response();
        if (response.ended() || response.closed()) {
            return;
        }
        response.setStatusCode(status);
        headers.forEach(response::putHeader);
        if (body == null) {
            response.end();
        } else if (context.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()))
                    .end();
        } else {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, String.valueOf(body.length()));
            inPieces(response, body, 0);
        }
    }

    /** Each goes when the one before has left; whoever goes away meanwhile gets no more. */
    private static Future<Void> inPieces(HttpServerResponse response, Buffer body, int from) {
        int end = Math.min(from + PIECE, body.length());
        Buffer piece = from == 0 && end == body.length() ? body : body.slice(from, end);
        return end == body.length()
                ? response.end(piece)
                : response.write(piece).compose(left -> inPieces(response, body, end));
    }
}
