package ai.sentryagent.idp.schema.audit;

/** Which subscription is over. */
public record Unfollow(String subscription) {}
