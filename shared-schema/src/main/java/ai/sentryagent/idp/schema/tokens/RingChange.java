package ai.sentryagent.idp.schema.tokens;

/**
 * A key after it was made or withdrawn.
 *
 * @param everywhere whether the tokens of every withdrawn key are dead at every gateway; false when that could not be said
 *     in time
 */
public record RingChange(RingKey key, boolean everywhere) {}
