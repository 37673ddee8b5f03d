package ai.sentryagent.idp.credentials;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes secrets, and tells at a glance what cannot be one. */
final class ClientSecret {
    private static final String PREFIX = "sk_live_";
    private static final int RANDOM_BYTES = 32;

    /** bcrypt reads no further, so a longer text would match a secret that it merely begins with. */
    private static final int LONGEST = 72;

    private ClientSecret() {}

    /** {@code sk_live_} and 64 hex digits. */
    static String generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + HexFormat.of().formatHex(bytes);
    }

    /** Whether the text is 1 to 72 printable ASCII characters: for those, characters are bytes, and bcrypt sees them all. */
    static boolean isPlausible(String text) {
        return !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
