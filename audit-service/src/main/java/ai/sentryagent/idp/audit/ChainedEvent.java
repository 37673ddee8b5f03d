package ai.sentryagent.idp.audit;

import ai.sentryagent.idp.schema.audit.AuditEvent;
import io.vertx.core.buffer.Buffer;

/**
 * An event and its place in the chain.
 *
 * @param sequence 1 for the first event ever, without gaps
 * @param hash see {@link HashChain}
 */
record ChainedEvent(long sequence, AuditEvent event, Buffer hash) {}
