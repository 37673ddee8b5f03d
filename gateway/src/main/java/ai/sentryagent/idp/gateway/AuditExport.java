package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.audit.AuditOperations;
import ai.sentryagent.idp.schema.audit.ExportAudit;
import ai.sentryagent.idp.schema.audit.ExportPage;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An export on its way to one client. A page is asked for when the one before has left, so however slow the client is, one
 * page is all that is held for it anywhere, of which a piece at a time is outside the heap; and when it is gone nothing more
 * is asked.
 */
final class AuditExport {
    private static final Logger LOG = LoggerFactory.getLogger(AuditExport.class);
    private static final Map<String, String> HEADERS = Map.of("content-type", "application/x-ndjson");

    private final Bus bus;
    private final Gatekeeper gatekeeper;
    private final Exchange exchange;
    private final ExportAudit question;
    private @Nullable ExportPage page;

    AuditExport(Bus bus, Gatekeeper gatekeeper, Exchange exchange, ExportAudit question) {
        this.bus = bus;
        this.gatekeeper = gatekeeper;
        this.exchange = exchange;
        this.question = question;
    }

    static Answer head() {
        return new Answer(200, HEADERS, null);
    }

    Future<ExportPage> begin() {
        return AuditOperations.EXPORT.ask(bus, exchange.caller(), question);
    }

    /** Completes with an answer that has been sent. */
    Future<Answer> stream(ExportPage first) {
        HttpServerResponse response = exchange.context().response().setChunked(true);
        HEADERS.forEach(response::putHeader);
        page = first;
        return Rounds.untilLast(() -> write(response))
                .compose(written -> response.end())
                .recover(failure -> breakOff(failure))
                .map(head());
    }

    private Future<Boolean> write(HttpServerResponse response) {
        ExportPage now = page;
        if (now == null) {
            return Future.succeededFuture(true);
        }
        page = null;
        return Answer.allButTheLastPiece(response, Buffer.buffer(now.lines()))
                .compose(last -> Answer.write(response, last))
                .compose(left -> now.next() == null ? Future.succeededFuture(true) : more(now.next()));
    }

    /** It may take hours, in which who reads may be switched off. */
    private Future<Boolean> more(ExportAudit.Place from) {
        return gatekeeper
                .isStillWelcome(exchange.identity(), exchange.caller())
                .compose(welcome -> AuditOperations.EXPORT.ask(
                        bus, exchange.caller(), new ExportAudit(question.from(), question.until(), from)))
                .map(next -> {
                    page = next;
                    return false;
                });
    }

    /** The client must not take for whole what is not: the connection ends before the answer does. */
    private Future<Void> breakOff(Throwable failure) {
        LOG.atWarn()
                .addKeyValue("requestId", RequestFrame.requestId(exchange.context()))
                .addKeyValue("cause", failure.getMessage())
                .log("An export of the audit log was cut short");
        return exchange.context().request().connection().close().otherwiseEmpty();
    }
}
