package ai.sentryagent.idp.standalone.dev;

/** Development cannot start here. The message is for the person at the terminal and says what to do; no trace is needed. */
public final class DevException extends RuntimeException {
    public DevException(String message) {
        super(message);
    }
}
