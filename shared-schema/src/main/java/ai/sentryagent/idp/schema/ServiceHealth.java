package ai.sentryagent.idp.schema;

/**
 * What a service says of its own dependencies.
 *
 * @param postgres whether a query was answered
 * @param redis whether Redis was answered and holds the revocation state; true for a service that does not use it
 */
public record ServiceHealth(boolean postgres, boolean redis) {

    /** The empty question that asks for it. */
    public record Question() {}
}
