package ai.sentryagent.idp.schema;

import org.jspecify.annotations.Nullable;

/**
 * What a service says of its own dependencies.
 *
 * @param postgres whether a query was answered
 * @param redis whether Redis was answered and holds the revocation state; true for a service that does not use it
 * @param vault null for a service that does not use it
 */
public record ServiceHealth(boolean postgres, boolean redis, @Nullable VaultStanding vault) {

    /** Of a service that does not use Vault. */
    public ServiceHealth(boolean postgres, boolean redis) {
        this(postgres, redis, null);
    }

    /** The same, of a service that uses Vault. */
    public ServiceHealth with(VaultStanding standing) {
        return new ServiceHealth(postgres, redis, standing);
    }

    /** The empty question that asks for it. */
    public record Question() {}
}
