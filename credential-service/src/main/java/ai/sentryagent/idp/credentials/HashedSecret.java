package ai.sentryagent.idp.credentials;

import org.jspecify.annotations.Nullable;

/**
 * What this service keeps of a secret itself.
 *
 * @param bcrypt the hash in the OpenBSD form, {@code $2b$10$…}
 * @param mac see {@link Pepper}; null when it was stored without a pepper
 * @param hint see {@link ClientSecret#hint}; null when the secret was not made here
 */
record HashedSecret(String bcrypt, @Nullable String mac, @Nullable String hint) implements StoredSecret {
    @Override
    public String toString() {
        return "HashedSecret[(hidden)]";
    }
}
