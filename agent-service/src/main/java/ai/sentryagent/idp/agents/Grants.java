package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.Capability;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a caller may give to an agent: never more than the token it came with holds. */
final class Grants {
    private Grants() {}

    /**
     * Checks what is about to be stored.
     *
     * @param had the management scopes that the agent has already: keeping them is not granting them
     * @throws ServiceException VALIDATION_ERROR for a capability that stands for a management scope, FORBIDDEN for a
     *     management scope that the caller lacks
     */
    static void check(
            Caller caller, @Nullable List<String> capabilities, Collection<String> had, @Nullable List<String> scopes) {
        if (capabilities != null) {
            refuseReserved(capabilities);
        }
        if (scopes != null) {
            List<String> granted =
                    scopes.stream().filter(scope -> !had.contains(scope)).toList();
            List<String> missing = ManagementScopes.missing(granted, caller.scopes());
            if (!missing.isEmpty()) {
                throw new ServiceException(
                        ErrorCode.FORBIDDEN,
                        "You cannot grant a management scope that your own token lacks",
                        Map.of("requiredScope", String.join(" ", missing)));
            }
        }
    }

    private static void refuseReserved(List<String> capabilities) {
        Map<String, String> errors = new LinkedHashMap<>();
        for (int i = 0; i < capabilities.size(); i++) {
            if (Capability.isReserved(capabilities.get(i))) {
                errors.put("capabilities[" + i + "]", "stands for a management scope; grant those in scopes");
            }
        }
        if (!errors.isEmpty()) {
            throw ServiceException.invalid(errors);
        }
    }
}
