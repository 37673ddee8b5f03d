package ai.sentryagent.idp.schema.audit;

import ai.sentryagent.idp.schema.Worded;
import java.util.regex.Pattern;

/**
 * What comes next for a subscription.
 *
 * @param subscription its name, which matches {@link #NAME}
 * @param from where it begins if there is none of this name yet; passed over when there is
 * @param limit how many facts at most, from 1 to {@link #MOST}
 */
public record Follow(String subscription, From from, int limit) {
    /** What a subscription may be called. */
    public static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

    /** How many facts one answer may hold. */
    public static final int MOST = 200;

    /** Where a new subscription begins. */
    public enum From implements Worded {
        /** With the first fact that the log still holds. */
        BEGINNING,
        /** With whatever the log is told from now on. */
        END
    }
}
