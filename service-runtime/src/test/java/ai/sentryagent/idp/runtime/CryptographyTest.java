package ai.sentryagent.idp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Security;
import java.security.Signature;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CryptographyTest {
    @ParameterizedTest
    @CsvSource({"RSA,SHA256withRSA", "EC,SHA256withECDSA"})
    void nativeCodeSigns(String kind, String algorithm) throws GeneralSecurityException {
        Cryptography.preferNative();
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate());
        assertThat(signature.getProvider().getName()).isEqualTo("AmazonCorrettoCryptoProvider");
    }

    @Test
    void itMayBePreferredAgain() {
        Cryptography.preferNative();
        Cryptography.preferNative();
        assertThat(Security.getProviders()).doesNotHaveDuplicates();
    }
}
