package ai.sentryagent.idp.gateway.contract;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may call an operation.
 *
 * @param methods the ways to authenticate, any one of them; none when the operation is public
 * @param requiredScope the scope that a bearer token needs, if any
 * @param orOwnAgent whether an agent's own token is enough for what belongs to that agent
 */
public record Access(Set<AuthMethod> methods, @Nullable String requiredScope, boolean orOwnAgent) {

    public boolean isPublic() {
        return methods.isEmpty();
    }
}
