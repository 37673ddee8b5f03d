package ai.sentryagent.idp.standalone;

import java.util.Map;
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
        InVault() {
            super(VaultServer.open());
        }
    }
}
