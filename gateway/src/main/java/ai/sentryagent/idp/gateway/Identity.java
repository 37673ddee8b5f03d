package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.credentials.Client;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who calls.
 *
 * @param agentId null for an anonymous caller
 * @param scopes of the token that was presented
 * @param client where client authentication was used
 */
record Identity(@Nullable UUID agentId, Set<String> scopes, @Nullable Client client) {
    static final Identity ANONYMOUS = new Identity(null, Set.of(), null);

    static Identity of(Client client) {
        return new Identity(client.clientId(), Set.of(), client);
    }

    /** Whether this caller may use a management scope, by token or by what the client was granted. */
    boolean mayUse(String scope) {
        return scopes.contains(scope) || (client != null && client.scopes().contains(scope));
    }
}
