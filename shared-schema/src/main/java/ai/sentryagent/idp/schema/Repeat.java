package ai.sentryagent.idp.schema;

/** What asking a question twice does. */
public enum Repeat {
    /** The same as asking once. */
    IDEMPOTENT,
    /** Perhaps more than asking once, so it is never done by itself. */
    ONCE
}
