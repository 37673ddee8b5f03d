package ai.sentryagent.idp.schema;

/** How what was tried ended. */
public enum Outcome implements Worded {
    SUCCESS,
    FAILURE
}
