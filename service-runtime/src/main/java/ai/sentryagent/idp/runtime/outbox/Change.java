package ai.sentryagent.idp.runtime.outbox;

import java.util.List;

/** What a transaction leads to: its result, and the facts that it makes true. */
public record Change<R>(R result, List<OutboxEntry> facts) {}
