package ai.sentryagent.idp.gateway;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the rule of an operation says of a request.
 *
 * @param agentId whose own token is enough; null where nobody's is for that
 */
record ScopeAccess(ScopeRule rule, @Nullable String agentId) implements Access {

    @Override
    public boolean open() {
        return rule.open();
    }

    @Override
    public boolean takesClients() {
        return rule.client();
    }

    @Override
    public boolean takesTokens() {
        return rule.bearer() || rule.self() || !rule.required().isEmpty() || !rule.client();
    }

    @Override
    public void require(Identity identity) {
        boolean asClient = identity.client() != null && rule.client();
        boolean byScope = !rule.required().isEmpty() && identity.scopes().containsAll(rule.required());
        boolean anyToken = rule.bearer() && identity.agentId() != null;
        boolean own = rule.self()
                && identity.agentId() != null
                && identity.agentId().toString().equals(agentId);
        if (!rule.open() && !asClient && !byScope && !anyToken && !own) {
            throw new ServiceException(
                    ErrorCode.FORBIDDEN,
                    "The access token lacks the scope that this needs",
                    rule.required().isEmpty() ? Map.of() : Map.of("requiredScope", String.join(" ", rule.required())));
        }
    }
}
