package ai.sentryagent.idp.agents;

import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.Capability;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
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
        List<Map<String, String>> errors = IntStream.range(0, capabilities.size())
                .filter(i -> Capability.isReserved(capabilities.get(i)))
                .mapToObj(i -> Map.of(
                        "field",
                        "capabilities[" + i + "]",
                        "message",
                        "stands for a management scope; grant those in scopes"))
                .toList();
        if (!errors.isEmpty()) {
            throw new ServiceException(
                    ErrorCode.VALIDATION_ERROR, "The request is not valid", Map.of("errors", errors));
        }
    }
}
