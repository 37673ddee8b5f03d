package ai.sentryagent.idp.runtime;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.OpenSSLEngineOptions;
import io.vertx.core.net.SSLEngineOptions;
import java.security.Security;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which library does the cryptography of this process. */
public final class Cryptography {
    private static final Logger LOG = LoggerFactory.getLogger(Cryptography.class);

    private Cryptography() {}

    /** Native code before Java's own, which takes several times as long and does where it must; see ADR 18. */
    static void preferNative() {
        // TLS 1.2 lets a client ask for one handshake after another on a connection, each of which costs a signature
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
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

    /** What connections are encrypted by: native code where it can be loaded, and Java's own else; see ADR 17. */
    public static SSLEngineOptions tlsEngine() {
        if (OpenSSLEngineOptions.isAvailable()) {
            return new OpenSSLEngineOptions();
        }
        LOG.atWarn()
                .log("The native TLS library cannot be loaded, so that connections take two or three times as long");
        return new JdkSSLEngineOptions();
    }
}
