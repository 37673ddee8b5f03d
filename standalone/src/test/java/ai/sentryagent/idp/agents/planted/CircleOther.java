package ai.sentryagent.idp.agents.planted;

/** It cannot be understood without {@link CircleOne}. */
public final class CircleOther {
    private CircleOther() {}

    static String back() {
        return CircleOne.there();
    }
}
