package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.config.Settings;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The key pair that signs.
 *
 * @param kid its RFC 7638 thumbprint
 */
record SigningKey(String kid, RSAPrivateCrtKey privateKey, RSAPublicKey publicKey) {

    /** Null when {@code JWT_PRIVATE_KEY} or {@code JWT_PUBLIC_KEY} is missing or wrong, which has been noted then. */
    static @Nullable SigningKey read(Settings settings) {
        RSAPrivateCrtKey privateKey = settings.required("JWT_PRIVATE_KEY", Pem::privateKey);
        RSAPublicKey publicKey = settings.required("JWT_PUBLIC_KEY", Pem::publicKey);
        if (privateKey == null || publicKey == null) {
            return null;
        }
        if (!privateKey.getModulus().equals(publicKey.getModulus())
                || !privateKey.getPublicExponent().equals(publicKey.getPublicExponent())) {
            settings.problem("JWT_PUBLIC_KEY", "does not belong to JWT_PRIVATE_KEY");
            return null;
        }
        return of(privateKey, publicKey);
    }

    static SigningKey of(RSAPrivateCrtKey privateKey, RSAPublicKey publicKey) {
        try {
            return new SigningKey(
                    new RSAKey.Builder(publicKey).build().computeThumbprint().toString(), privateKey, publicKey);
        } catch (JOSEException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** The public half as a JWK (RFC 7517). */
    Map<String, Object> publicJwk() {
        return new RSAKey.Builder(publicKey)
                .keyID(kid)
                .keyUse(KeyUse.SIGNATURE)
                .algorithm(JWSAlgorithm.RS256)
                .build()
                .toJSONObject();
    }

    @Override
    public String toString() {
        return "SigningKey[kid=" + kid + "]";
    }
}
