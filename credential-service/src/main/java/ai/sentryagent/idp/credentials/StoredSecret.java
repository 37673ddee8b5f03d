package ai.sentryagent.idp.credentials;

import org.jspecify.annotations.Nullable;

/**
 * What is kept of a secret.
 *
 * @param bcrypt the hash in the OpenBSD form, {@code $2b$10$…}
 * @param mac see {@link Pepper}; null when it was stored without a pepper
 */
record StoredSecret(String bcrypt, @Nullable String mac) {
    @Override
    public String toString() {
        return "StoredSecret[(hidden)]";
    }
}
