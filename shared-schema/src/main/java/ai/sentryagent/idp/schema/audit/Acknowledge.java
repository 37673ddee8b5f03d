package ai.sentryagent.idp.schema.audit;

/**
 * Everything up to here has had its effect, durably.
 *
 * @param sequence the place of the last fact that has, or of the last that is gone
 */
public record Acknowledge(String subscription, long sequence) {}
