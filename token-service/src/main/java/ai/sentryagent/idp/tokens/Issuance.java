package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.outbox.OutboxEntry;
import java.util.UUID;

/** A token that is about to leave: whose quota it counts against, and the fact that must be durable before it does. */
record Issuance(UUID clientId, OutboxEntry fact) {}
