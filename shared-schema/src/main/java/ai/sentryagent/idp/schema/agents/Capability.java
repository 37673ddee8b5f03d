package ai.sentryagent.idp.schema.agents;

import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code resource:action}, where the action {@code *} stands for every action on that resource. */
public final class Capability {
    private static final Pattern ONE_ACTION = Pattern.compile("([a-z0-9_.-]{1,64}:)[a-z0-9_.-]{1,64}");

    private Capability() {}

    /** Whether one of the capabilities is the scope itself, or stands for every action on its resource. */
    public static boolean covers(Collection<String> capabilities, String scope) {
        Matcher action = ONE_ACTION.matcher(scope);
        return capabilities.contains(scope) || (action.matches() && capabilities.contains(action.group(1) + "*"));
    }

    /** Whether the capability would open the management API, which only {@link ManagementScopes} may do. */
    public static boolean isReserved(String capability) {
        return ManagementScopes.ALL.stream().anyMatch(scope -> covers(List.of(capability), scope));
    }
}
