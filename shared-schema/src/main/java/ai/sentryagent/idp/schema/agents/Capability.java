package ai.sentryagent.idp.schema.agents;

import java.util.Collection;
import java.util.List;

/** {@code resource:action}, where the action {@code *} stands for every action on that resource. */
public final class Capability {
    private static final String ANY_ACTION = ":*";

    private Capability() {}

    /** Whether one of the capabilities is the scope itself, or stands for every action on its resource. */
    public static boolean covers(Collection<String> capabilities, String scope) {
        return capabilities.contains(scope)
                || (scope.indexOf(':') > 0
                        && capabilities.contains(scope.substring(0, scope.indexOf(':')) + ANY_ACTION));
    }

    /** Whether the capability would open the management API, which only {@link ManagementScopes} may do. */
    public static boolean isReserved(String capability) {
        return ManagementScopes.ALL.stream().anyMatch(scope -> covers(List.of(capability), scope));
    }
}
