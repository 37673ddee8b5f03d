package ai.sentryagent.idp.agents.planted;

/** It cannot be understood without {@link CircleOther}. */
public final class CircleOne {
    private CircleOne() {}

    static String there() {
        return CircleOther.back();
    }
}
