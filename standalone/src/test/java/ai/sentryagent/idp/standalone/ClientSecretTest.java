package ai.sentryagent.idp.standalone;

import org.junit.jupiter.api.Nested;

/** The two ways of keeping secrets. */
final class ClientSecretTest {

    /** bcrypt alone decides. */
    @Nested
    final class WithoutAPepper extends ClientSecretRules {
        WithoutAPepper() {
            super("");
        }
    }

    /** A fingerprint decides, and bcrypt is not asked. */
    @Nested
    final class WithAPepper extends ClientSecretRules {
        WithAPepper() {
            super("7b".repeat(32));
        }
    }
}
