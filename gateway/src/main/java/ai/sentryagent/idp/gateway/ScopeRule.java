package ai.sentryagent.idp.gateway;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One operation's rule.
 *
 * @param scopes what a bearer token must hold, all of them; absent or empty where no scope lets a bearer in
 * @param self whether an agent's own token is enough for what belongs to that agent
 * @param client whether client authentication is enough
 * @param bearer whether any live token is enough
 * @param open {@code public}: nobody is asked who they are
 */
record ScopeRule(
        @Nullable List<String> scopes,
        boolean self,
        boolean client,
        boolean bearer,
        @JsonProperty("public") boolean open) {
    List<String> required() {
        return scopes == null ? List.of() : scopes;
    }
}
