package ai.sentryagent.idp.runtime.redis;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The {@code run_id} line of Redis's INFO: another one after every start, and on every replica. */
final class RunId {
    private static final Pattern LINE = Pattern.compile("(?m)^run_id:([0-9a-f]+)");

    private RunId() {}

    static String in(String info) {
        Matcher line = LINE.matcher(info);
        if (!line.find()) {
            throw new IllegalStateException("Redis does not tell its run_id");
        }
        return line.group(1);
    }
}
