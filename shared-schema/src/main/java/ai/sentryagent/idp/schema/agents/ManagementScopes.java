package ai.sentryagent.idp.schema.agents;

import java.util.Collection;
import java.util.List;

/** The scopes that open the management API. They are granted to an agent by name and are never a capability. */
public final class ManagementScopes {
    public static final String AGENTS_READ = "agents:read";
    public static final String AGENTS_WRITE = "agents:write";
    public static final String TOKENS_READ = "tokens:read";
    public static final String TOKENS_WRITE = "tokens:write";
    public static final String AUDIT_READ = "audit:read";
    public static final String KEYS_WRITE = "keys:write";

    public static final List<String> ALL =
            List.of(AGENTS_READ, AGENTS_WRITE, TOKENS_READ, TOKENS_WRITE, AUDIT_READ, KEYS_WRITE);

    private ManagementScopes() {}

    /** The management scopes among these that {@code held} lacks, in the contract's order. */
    public static List<String> missing(Collection<String> wanted, Collection<String> held) {
        return ALL.stream()
                .filter(scope -> wanted.contains(scope) && !held.contains(scope))
                .toList();
    }
}
