package ai.sentryagent.idp.standalone;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The three ways of keeping secrets. */
final class ClientSecretTest {

    /** bcrypt alone decides. */
    @Nested
    final class WithoutAPepper extends ClientSecretRules {
        WithoutAPepper() {
            super(Map.of("SECRET_PEPPER", ""));
        }
    }

    /** A fingerprint decides, and bcrypt is not asked. */
    @Nested
    final class WithAPepper extends ClientSecretRules {
        WithAPepper() {
            super(Map.of("SECRET_PEPPER", "7b".repeat(32)));
        }
    }

    /** What was written to Vault decides. */
    @Nested
    final class InVault extends ClientSecretRules {
        private final VaultServer vault;

        InVault() {
            this(VaultServer.open());
        }

        private InVault(VaultServer vault) {
            super(vault.settings());
            this.vault = vault;
        }

        @AfterAll
        void close() {
            vault.close();
        }
    }
}
