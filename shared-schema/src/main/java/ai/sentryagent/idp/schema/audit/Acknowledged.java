package ai.sentryagent.idp.schema.audit;

/** Where the subscription stands now, which is further on when another of its name has come further. */
public record Acknowledged(long position) {}
