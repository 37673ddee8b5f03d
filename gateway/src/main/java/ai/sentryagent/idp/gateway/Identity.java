package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.runtime.token.AccessToken;
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
 * @param token where one was presented
 */
record Identity(@Nullable UUID agentId, Set<String> scopes, @Nullable Client client, @Nullable AccessToken token) {
    static final Identity ANONYMOUS = new Identity(null, Set.of(), null, null);

    static Identity of(Client client) {
        return new Identity(client.clientId(), Set.of(), client, null);
    }

    static Identity of(AccessToken token) {
        return new Identity(token.agentId(), token.scopes(), null, token);
    }

    /** Whether this caller may use a management scope, by token or by what the client was granted. */
    boolean mayUse(String scope) {
        return scopes.contains(scope) || (client != null && client.scopes().contains(scope));
    }
}
