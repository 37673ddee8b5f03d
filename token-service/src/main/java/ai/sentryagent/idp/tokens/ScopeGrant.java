package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.agents.Capability;
import ai.sentryagent.idp.schema.agents.ManagementScopes;
import ai.sentryagent.idp.schema.credentials.Client;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which scope a client gets, RFC 6749 §3.3. */
final class ScopeGrant {
    private ScopeGrant() {}

    /**
     * Answers with the scope of the token, space-separated and without repetition.
     *
     * @param requested absent: the client's capabilities, never a management scope
     * @throws ServiceException INVALID_SCOPE when the client may not have all it asks for
     */
    static String grant(Client client, @Nullable String requested) {
        if (requested == null) {
            return String.join(" ", new LinkedHashSet<>(client.capabilities()));
        }
        Set<String> wanted = Arrays.stream(requested.split(" "))
                .filter(scope -> !scope.isEmpty())
                .collect(Collectors.toCollection(LinkedHashSet::new));
        if (wanted.isEmpty() || !wanted.stream().allMatch(scope -> mayHave(client, scope))) {
            throw new ServiceException(
                    ErrorCode.INVALID_SCOPE, "The client may not have all of the scope that it asks for");
        }
        return String.join(" ", wanted);
    }

    /** A management scope is never a capability, whatever the capability says. */
    private static boolean mayHave(Client client, String scope) {
        return ManagementScopes.ALL.contains(scope)
                ? client.scopes().contains(scope)
                : Capability.covers(client.capabilities(), scope);
    }
}
