package ai.sentryagent.idp.schema.tokens;

import ai.sentryagent.idp.schema.credentials.Client;
import org.jspecify.annotations.Nullable;

/**
 * The client credentials grant, RFC 6749 §4.4, of a client that has been authenticated.
 *
 * @param scope space-separated; absent means the client's capabilities
 */
public record IssueToken(Client client, @Nullable String scope) {}
