package ai.sentryagent.idp.credentials;

import org.jspecify.annotations.Nullable;

/**
 * What a client shows as its secret.
 *
 * @param mac its fingerprint, made once however many secrets it is compared with; null where there is no pepper
 */
record ShownSecret(String text, @Nullable String mac) {
    @Override
    public String toString() {
        return "a secret";
    }
}
