package ai.sentryagent.idp.agents.planted.util;

/** It lives in a drawer for odds and ends. */
public final class Anything {
    private Anything() {}
}
