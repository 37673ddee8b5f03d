package ai.sentryagent.idp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** RFC 4231 §4.3. Passwords of roles and fingerprints of secrets that are stored depend on it. */
final class HmacTest {
    private static final String EXPECTED = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    @Test
    void aTextHasTheTagOfTheRfc() {
        assertThat(Hmac.of("Jefe").hex("what do ya want for nothing?")).isEqualTo(EXPECTED);
    }

    @Test
    void partsHaveTheTagOfTheWhole() {
        byte[] one = "what do ya want ".getBytes(StandardCharsets.UTF_8);
        byte[] other = "for nothing?".getBytes(StandardCharsets.UTF_8);
        assertThat(HexFormat.of().formatHex(Hmac.of("Jefe").bytes(one, other))).isEqualTo(EXPECTED);
    }
}
