package ai.sentryagent.idp.tokens;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the memory section of Redis's INFO says of keys that are thrown away to make room. */
final class Eviction {
    private static final Pattern LIMIT = Pattern.compile("(?m)^maxmemory:([0-9]+)");
    private static final Pattern POLICY = Pattern.compile("(?m)^maxmemory_policy:([a-z-]+)");

    private Eviction() {}

    /** Whether there is a limit at which keys go. What is not told is taken for the worse. */
    static boolean isPossible(String memory) {
        Matcher limit = LIMIT.matcher(memory);
        Matcher policy = POLICY.matcher(memory);
        boolean limited = !limit.find() || !limit.group(1).equals("0");
        return limited && !(policy.find() && policy.group(1).equals("noeviction"));
    }
}
