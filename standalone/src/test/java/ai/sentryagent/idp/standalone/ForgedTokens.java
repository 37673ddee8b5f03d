package ai.sentryagent.idp.standalone;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What is made of a live token to look like another one (RFC 8725 §2, RFC 9068 §4), each with one thing wrong. */
final class ForgedTokens {
    private static final JOSEObjectType TYPE = new JOSEObjectType("at+jwt");
    private static final Map<String, Forger> ALL = new LinkedHashMap<>();

    private ForgedTokens() {}

    private interface Forger {
        String from(SignedJWT live) throws JOSEException, ParseException;
    }

    /** Changes the claims of a live token. */
    private interface Change {
        JWTClaimsSet.Builder of(JWTClaimsSet.Builder claims);
    }

    static {
        signedByUs("another issuer", claims -> claims.issuer("https://evil.example"));
        signedByUs("no issuer", claims -> claims.issuer(null));
        signedByUs("another audience", claims -> claims.audience("https://evil.example"));
        signedByUs("no audience", claims -> claims.claim("aud", null));
        signedByUs(
                "expired",
                claims -> claims.expirationTime(Date.from(Instant.now().minusSeconds(1))));
        signedByUs("no end", claims -> claims.expirationTime(null));
        signedByUs(
                "not yet valid",
                claims -> claims.notBeforeTime(Date.from(Instant.now().plusSeconds(60))));
        signedByUs("another subject", claims -> claims.subject("019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11"));
        signedByUs("no jti", claims -> claims.jwtID(null));
        signedByUs("no epoch", claims -> claims.claim("agent_epoch", null));
        ALL.put("typ JWT", live -> signed(live, header(live).type(JOSEObjectType.JWT)));
        ALL.put("no typ", live -> signed(live, header(live).type(null)));
        ALL.put("no kid", live -> signed(live, header(live).keyID(null)));
        ALL.put("unknown kid", live -> signed(live, header(live).keyID("nobody's")));
        ALL.put(
                "unknown crit",
                live -> signed(live, header(live).criticalParams(Set.of("exp")).customParam("exp", 1)));
        ALL.put("RS512", live -> signed(live, header(live, JWSAlgorithm.RS512)));
        ALL.put("PS256", live -> signed(live, header(live, JWSAlgorithm.PS256)));
        ALL.put("alg none", live -> unsigned(live, "{\"typ\":\"at+jwt\",\"alg\":\"none\"}"));
        ALL.put(
                "alg none with a kid",
                live -> unsigned(
                        live,
                        "{\"typ\":\"at+jwt\",\"alg\":\"none\",\"kid\":\""
                                + live.getHeader().getKeyID() + "\"}"));
        ALL.put("no signature", live -> live.getParsedParts()[0] + "." + live.getParsedParts()[1] + ".");
        ALL.put(
                "HS256 with the public key",
                live -> sign(
                        header(live, JWSAlgorithm.HS256).build(),
                        live.getJWTClaimsSet(),
                        new MACSigner(RunningProduct.KEY.getPublic().getEncoded())));
        ALL.put(
                "a stranger's key",
                live -> sign(header(live).build(), live.getJWTClaimsSet(), new RSASSASigner(stranger())));
        ALL.put("a stranger's key brought along", live -> {
            RSAKey key = stranger();
            return sign(header(live).jwk(key.toPublicJWK()).build(), live.getJWTClaimsSet(), new RSASSASigner(key));
        });
        ALL.put(
                "another payload under the signature",
                live -> live.getParsedParts()[0] + "."
                        + Base64URL.encode(new JWTClaimsSet.Builder(live.getJWTClaimsSet())
                                .claim("scope", "tokens:read tokens:write")
                                .build()
                                .toString())
                        + "." + live.getParsedParts()[2]);
        ALL.put("another signature", live -> {
            byte[] signature = live.getSignature().decode();
            signature[100] ^= 1;
            return live.getParsedParts()[0] + "." + live.getParsedParts()[1] + "." + Base64URL.encode(signature);
        });
    }

    static {
        ALL.put("padding behind the signature", live -> live.serialize() + "==");
        ALL.put("a space in the signature", live -> {
            String token = live.serialize();
            return token.substring(0, token.length() - 9) + " " + token.substring(token.length() - 9);
        });
        ALL.put("bits behind the signature", live -> {
            String token = live.serialize();
            int last = token.length() - 1;
            return token.substring(0, last) + (char) (token.charAt(last) + 1);
        });
    }

    static Set<String> names() {
        return ALL.keySet();
    }

    static String of(String name, String live) throws JOSEException, ParseException {
        Forger forger = ALL.get(name);
        if (forger == null) {
            throw new IllegalArgumentException(name);
        }
        return forger.from(SignedJWT.parse(live));
    }

    /** Nothing wrong: that this counts as live shows that the others fail for what is wrong with them. */
    static String faithful(String live) throws JOSEException, ParseException {
        SignedJWT token = SignedJWT.parse(live);
        return signed(token, header(token));
    }

    private static void signedByUs(String name, Change change) {
        ALL.put(
                name,
                live -> sign(
                        header(live).build(),
                        change.of(new JWTClaimsSet.Builder(live.getJWTClaimsSet()))
                                .build(),
                        new RSASSASigner(RunningProduct.KEY.getPrivate())));
    }

    private static String signed(SignedJWT live, JWSHeader.Builder header) throws JOSEException, ParseException {
        return sign(header.build(), live.getJWTClaimsSet(), new RSASSASigner(RunningProduct.KEY.getPrivate()));
    }

    private static String sign(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws JOSEException {
        SignedJWT jwt = new SignedJWT(header, claims);
        jwt.sign(signer);
        return jwt.serialize();
    }

    private static String unsigned(SignedJWT live, String header) {
        return Base64URL.encode(header) + "." + live.getParsedParts()[1] + ".";
    }

    private static JWSHeader.Builder header(SignedJWT live) {
        return header(live, JWSAlgorithm.RS256);
    }

    private static JWSHeader.Builder header(SignedJWT live, JWSAlgorithm algorithm) {
        return new JWSHeader.Builder(algorithm)
                .type(TYPE)
                .keyID(live.getHeader().getKeyID());
    }

    private static RSAKey stranger() throws JOSEException {
        return new RSAKeyGenerator(2_048).generate();
    }
}
