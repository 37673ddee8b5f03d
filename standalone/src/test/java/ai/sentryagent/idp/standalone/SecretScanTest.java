package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The scanner finds what is planted, or its silence would say nothing. */
final class SecretScanTest {
    private static final String SECRET = "sk_live_0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f";
    private static final String TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzb21lYm9keSJ9AAAA.c2lnbmF0dXJlIG9mIGEgdG9rZW4";

    private final SecretScan scan = new SecretScan();

    SecretScanTest() {
        scan.learn(SECRET);
        scan.learn(TOKEN);
        scan.learnHeader(OAuthCaller.basic("an-id:a-secret-of-somebody-without-any-shape"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "client_secret=" + SECRET + "&",
                "the digits 0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f alone",
                "{\"token\":\"" + TOKEN + "\"}",
                "only the signature: c2lnbmF0dXJlIG9mIGEgdG9rZW4",
                "only the claims: eyJzdWIiOiJzb21lYm9keSJ9AAAA",
                "a secret that nobody handed out: sk_live_1234",
                "a token that nobody handed out: eyJhbGciOiJIUzI1NiJ9abc",
                "a-secret-of-somebody-without-any-shape",
                "Basic YW4taWQ6YS1zZWNyZXQtb2Ytc29tZWJvZHktd2l0aG91dC1hbnktc2hhcGU=",
            })
    void whatIsPlantedIsFound(String text) {
        assertThat(scan.leaks(Map.of("a log", text))).isNotEmpty().allMatch(leak -> leak.startsWith("a log: "));
    }

    @Test
    void whatIsNoSecretIsNotFound() {
        assertThat(scan.leaks(Map.of(
                        "a log",
                        "{\"route\":\"/api/v1/token\",\"client\":\"an-id\",\"typ\":\"eyJ\",\"shape\":\"sk_live_\"}")))
                .isEmpty();
    }

    @Test
    void aLeakIsNotLeakedByTheScan() {
        assertThat(scan.leaks(Map.of("a log", SECRET)).toString()).doesNotContain("0f0f0f0f0f");
    }
}
