package ai.sentryagent.idp.credentials;

import ai.sentryagent.idp.runtime.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes secrets, and tells at a glance what cannot be one. */
final class ClientSecret {
    private static final String PREFIX = "sk_live_";
    private static final int RANDOM_BYTES = 32;
    private static final Pattern GENERATED = Pattern.compile(PREFIX + "[0-9a-f]{64}");

    /** bcrypt reads no further, so a longer text would match a secret that it merely begins with. */
    private static final int LONGEST = 72;

    private ClientSecret() {}

    /** {@code sk_live_} and 64 hex digits. */
    static String generate(SecureRandom random) {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return PREFIX + HexFormat.of().formatHex(bytes);
    }

    /**
     * 16 bits of the text's digest, by which a slow check can be saved: of 65,536 guesses one has the right ones. They tell
     * nothing worth telling of 256 random bits. A text that may be a person's choice has none, because there they would
     * spare whoever stole the hash as much.
     */
    static @Nullable String hint(String text) {
        return GENERATED.matcher(text).matches() ? digest(text).substring(0, 4) : null;
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(Sha256.digest().digest(text.getBytes(StandardCharsets.US_ASCII)));
    }

    /** Whether the text is 1 to 72 printable ASCII characters: for those, characters are bytes, and bcrypt sees them all. */
    static boolean isPlausible(String text) {
        return !text.isEmpty() && text.length() <= LONGEST && text.chars().allMatch(c -> c > ' ' && c < 127);
    }
}
