package ai.sentryagent.idp.runtime.config;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemTrustOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Optional;

/**
 * Who certifies a server that this process connects to.
 *
 * @param pem one certificate or several, any of which will do
 */
public record TrustedAuthority(String pem) {
    static Optional<TrustedAuthority> read(Settings settings, String name) {
        return settings.optionalOrFile(name, TrustedAuthority::checked);
    }

    /** For Vert.x. */
    public PemTrustOptions trust() {
        return new PemTrustOptions().addCertValue(Buffer.buffer(pem));
    }

    /** For a library that reads a file. Blocks. */
    Path file() throws IOException {
        Path file = Files.createTempFile("authority", ".pem");
        file.toFile().deleteOnExit();
        return Files.writeString(file, pem);
    }

    private static TrustedAuthority checked(String text) {
        String pem = PemText.lines(text);
        try {
            if (!CertifiedKey.certificates(pem).isEmpty()) {
                return new TrustedAuthority(pem);
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("must be certificates in PEM", e);
        }
        throw new IllegalArgumentException("must be certificates in PEM");
    }
}
