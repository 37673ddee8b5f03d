package ai.sentryagent.idp.runtime.outbox;

import ai.sentryagent.idp.schema.Fact;
import ai.sentryagent.idp.schema.Subscriber;
import java.util.Set;

/** A fact and everyone it is owed to. */
public record OutboxEntry(Fact fact, Set<Subscriber> subscribers) {}
