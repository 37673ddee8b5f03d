package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.config.Settings;
import java.util.Optional;

/**
 * What credential-service is told at its start.
 *
 * @param pepper the key of the fast check beside bcrypt; empty means that only bcrypt is stored
 * @param bootstrapSecret the first administrator's secret
 * @param vault where new secrets go; empty means that they are kept here, as hashes
 */
record CredentialConfig(
        DatabaseConfig database,
        Optional<SecretText> pepper,
        Optional<SecretText> bootstrapSecret,
        Optional<VaultAddress> vault) {
    private static final int SHORTEST = 32;

    static CredentialConfig read(Settings settings) {
        return new CredentialConfig(
                DatabaseConfig.read(settings),
                settings.optional("SECRET_PEPPER", CredentialConfig::pepper).map(SecretText::new),
                settings.optional("BOOTSTRAP_CLIENT_SECRET", CredentialConfig::bootstrapSecret)
                        .map(SecretText::new),
                VaultAddress.read(settings));
    }

    private static String pepper(String value) {
        if (value.length() < SHORTEST) {
            throw new IllegalArgumentException("must have at least " + SHORTEST + " characters");
        }
        return value;
    }

    private static String bootstrapSecret(String value) {
        if (value.length() < SHORTEST || !ClientSecret.isPlausible(value)) {
            throw new IllegalArgumentException("must have " + SHORTEST + " to 72 printable ASCII characters");
        }
        return value;
    }
}
