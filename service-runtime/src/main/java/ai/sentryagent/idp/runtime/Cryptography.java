package ai.sentryagent.idp.runtime;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which library does the cryptography of this process. */
final class Cryptography {
    private static final Logger LOG = LoggerFactory.getLogger(Cryptography.class);

    private Cryptography() {}

    /** Native code before Java's own, which takes three to five times as long for a signature, and does where it must. */
    static void preferNative() {
        Throwable unusable = AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError();
        if (unusable == null) {
            Security.insertProviderAt(AmazonCorrettoCryptoProvider.INSTANCE, 1);
        } else {
            LOG.atWarn()
                    .addKeyValue("cause", unusable.getMessage())
                    .log(
                            "The native cryptography library cannot be loaded, so that signatures take several times as long");
        }
    }
}
