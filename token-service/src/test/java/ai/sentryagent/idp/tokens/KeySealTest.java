package ai.sentryagent.idp.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeySealTest {
    private static final String OLD = "0f".repeat(32);
    private static final String YOUNG =
            Base64.getEncoder().encodeToString("ThirtyTwoBytesOfTheYoungerOne...".getBytes(StandardCharsets.US_ASCII));

    private final SecureRandom random = new SecureRandom();
    private final KeySeal seal = KeySeal.of(OLD);
    private final byte[] sealed = seal.seal(random, "kid", "a private key");

    @Test
    void opensWhatItHasSealedAndShowsNothingOfIt() {
        assertThat(seal.open("kid", sealed)).contains("a private key");
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("private");
    }

    @Test
    void sealsTheSameTextDifferentlyEachTime() {
        assertThat(seal.seal(random, "kid", "a private key")).isNotEqualTo(sealed);
    }

    @Test
    void doesNotOpenUnderAnotherNameOrAnotherKey() {
        assertThat(seal.open("another", sealed)).isEmpty();
        assertThat(KeySeal.of(YOUNG).open("kid", sealed)).isEmpty();
    }

    @Test
    void noticesEveryBitThatWasChanged() {
        for (int bit = 0; bit < sealed.length * 8; bit++) {
            byte[] changed = sealed.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(seal.open("kid", changed)).as("bit %d", bit).isEmpty();
        }
        assertThat(seal.open("kid", new byte[0])).isEmpty();
    }

    @Test
    void theFirstKeySealsAndEachOpensWhileOneTakesOverFromAnother() {
        KeySeal both = KeySeal.of(YOUNG + ", " + OLD);
        assertThat(both.open("kid", sealed)).contains("a private key");
        assertThat(KeySeal.of(YOUNG).open("kid", both.seal(random, "kid", "text")))
                .contains("text");
    }

    @Test
    void takesNoKeyOfAnotherLength() {
        for (String wrong : List.of("", "short", "0f".repeat(16), "0f".repeat(33), "zz".repeat(32), OLD + ",")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> KeySeal.of(wrong))
                    .withMessage("must be 32 bytes, as 64 hex digits or in base64");
        }
    }
}
