package ai.sentryagent.idp.standalone.cluster;

import java.time.Duration;

/**
 * A request and what became of it.
 *
 * @param begun when it was sent, {@code System.nanoTime()}
 * @param status 0 where there was no answer
 * @param retryAfter whether the answer says when to come back
 * @param closes whether the answer says that the connection ends with it
 */
record Sent(String what, long begun, long ended, int status, String body, boolean retryAfter, boolean closes) {
    boolean isGood() {
        return status >= 200 && status < 300;
    }

    Duration took() {
        return Duration.ofNanos(ended - begun);
    }

    /** A string in the answer's JSON; empty when it is not there. */
    String text(String member) {
        String before = "\"" + member + "\":\"";
        int at = body.indexOf(before);
        return at < 0 ? "" : body.substring(at + before.length(), body.indexOf('"', at + before.length()));
    }
}
