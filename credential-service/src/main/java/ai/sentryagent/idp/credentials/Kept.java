package ai.sentryagent.idp.credentials;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A new secret that is kept already, though no credential refers to it yet.
 *
 * @param chore what would clean it up again, and must be called off in the transaction that refers to it; null when there is
 *     nothing to clean up
 */
record Kept(StoredSecret secret, @Nullable UUID chore) {}
