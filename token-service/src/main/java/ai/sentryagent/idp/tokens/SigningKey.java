package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.token.Claims;
import ai.sentryagent.idp.schema.tokens.SigningAlgorithm;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.util.Base64;
import java.util.Map;

/** A key pair that signs with one algorithm; safe from any thread. */
final class SigningKey {
    private static final int RSA_BITS = 2_048;
    private static final Base64.Encoder BASE64_URL = Base64.getUrlEncoder().withoutPadding();

    private final JWK pair;
    private final SigningAlgorithm algorithm;
    private final JWSHeader header;
    private final String head;
    private final JWSSigner signer;

    private SigningKey(JWK pair, SigningAlgorithm algorithm) throws JOSEException {
        this.pair = pair;
        this.algorithm = algorithm;
        this.header = new JWSHeader.Builder(JWSAlgorithm.parse(algorithm.name()))
                .type(Claims.TYPE)
                .keyID(pair.getKeyID())
                .build();
        this.head = header.toBase64URL() + ".";
        this.signer = pair instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(pair.toECKey());
    }

    static SigningKey of(PrivateKey privateKey, PublicKey publicKey, SigningAlgorithm algorithm) {
        try {
            JWSAlgorithm name = JWSAlgorithm.parse(algorithm.name());
            JWK pair = publicKey instanceof RSAPublicKey rsa
                    ? new RSAKey.Builder(rsa)
                            .privateKey(privateKey)
                            .keyIDFromThumbprint()
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(name)
                            .build()
                    : new ECKey.Builder(Curve.P_256, (ECPublicKey) publicKey)
                            .privateKey(privateKey)
                            .keyIDFromThumbprint()
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(name)
                            .build();
            return new SigningKey(pair, algorithm);
        } catch (JOSEException e) {
            throw new IllegalStateException("Every Java platform has SHA-256, RSA and P-256", e);
        }
    }

    /** Takes up to a second of CPU. */
    static SigningKey generate(SigningAlgorithm algorithm, SecureRandom random) {
        try {
            JWSAlgorithm name = JWSAlgorithm.parse(algorithm.name());
            JWK pair = algorithm == SigningAlgorithm.ES256
                    ? new ECKeyGenerator(Curve.P_256)
                            .secureRandom(random)
                            .keyIDFromThumbprint(true)
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(name)
                            .generate()
                    : new RSAKeyGenerator(RSA_BITS)
                            .secureRandom(random)
                            .keyIDFromThumbprint(true)
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(name)
                            .generate();
            return new SigningKey(pair, algorithm);
        } catch (JOSEException e) {
            throw new IllegalStateException("Every Java platform has RSA and P-256", e);
        }
    }

    /** What {@link #text} gave. */
    static SigningKey parse(String text) {
        try {
            JWK pair = JWK.parse(text);
            return new SigningKey(
                    pair, SigningAlgorithm.valueOf(pair.getAlgorithm().getName()));
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException("What was sealed is no key", e);
        }
    }

    /** Both halves as a JWK: for {@link KeySeal} and nobody else. */
    String text() {
        return pair.toJSONString();
    }

    /** Its RFC 7638 thumbprint. */
    String kid() {
        return pair.getKeyID();
    }

    SigningAlgorithm algorithm() {
        return algorithm;
    }

    /** The public half as a JWK (RFC 7517). */
    Map<String, Object> publicJwk() {
        return pair.toPublicJWK().toJSONObject();
    }

    /** The compact serialization, RFC 7515 §7.1; takes up to a millisecond of CPU. */
    String sign(byte[] payload) throws JOSEException {
        String input = head + BASE64_URL.encodeToString(payload);
        return input + "." + signer.sign(header, input.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return "SigningKey[kid=" + kid() + "]";
    }
}
