package ai.sentryagent.idp.schema.audit;

/** There is no subscription of this name, or none any more. */
public record Unfollowed() {}
