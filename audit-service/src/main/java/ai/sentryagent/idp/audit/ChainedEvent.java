package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.audit.AuditEvent;
import io.vertx.core.buffer.Buffer;

/**
 * An event and its place in the chain.
 *
 * @param sequence 1 for the first event ever, without gaps
 * @param hash see {@link HashChain}
 */
record ChainedEvent(long sequence, AuditEvent event, Buffer hash) {
    /** What the event was made from. */
    Fact fact() {
        return new Fact(
                event.eventId(),
                event.action(),
                event.agentId(),
                event.outcome(),
                event.timestamp(),
                event.requestId(),
                event.actorId(),
                event.ipAddress(),
                event.userAgent(),
                event.metadata());
    }
}
