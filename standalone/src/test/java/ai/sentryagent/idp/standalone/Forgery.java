package ai.sentryagent.idp.standalone;

import ai.sentryagent.idp.runtime.config.PemText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.EncryptionMethod;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWEAlgorithm;
import com.nimbusds.jose.JWEHeader;
import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.RSAEncrypter;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What one row of {@code forged-tokens.yaml} makes of a live token, by hand: a library would refuse to make most of it. */
final class Forgery {
    private static final Pattern NOW = Pattern.compile("\"now([+-][0-9]+)?\"");
    private static final KeyPair STRANGER = RunningProduct.key();
    private static final KeyPair STRANGERS_CURVE = curve();

    private final String live;
    private final String[] parts;
    private final RSAKey ours = new RSAKey.Builder((RSAPublicKey) RunningProduct.KEY.getPublic()).build();

    Forgery(String live) {
        this.live = live;
        this.parts = live.split("\\.", -1);
    }

    String of(JsonNode row) throws GeneralSecurityException, JOSEException {
        ObjectNode header = changed(decoded(parts[0]), row.path("header"));
        String head = encode(filled(row.path("headerText").asText(header.toString()), parts[0]));
        String claims = changed(decoded(parts[1]), row.path("claims")).toString();
        String payload = encode(filled(row.path("claimsText").asText(claims), parts[1]));
        String algorithm = row.path("sign")
                .asText(
                        header.path("alg").asText().matches("(RS|PS|ES|HS)[0-9]{3}")
                                ? header.path("alg").asText()
                                : "RS256");
        String signature = Base64URL.encode(sign(row.path("key").asText("ours"), algorithm, head + "." + payload))
                .toString();
        return text(Rows.expanded(row.path("text").asText("{token}")), head, payload, signature);
    }

    private String text(String template, String header, String payload, String signature) throws JOSEException {
        String token = header + "." + payload + "." + signature;
        String text = template.replace("{token}", token)
                .replace("{header}", header)
                .replace("{payload}", payload)
                .replace("{signature}", signature)
                .replace("{old}", parts[2]);
        if (template.contains("{jwe}")) {
            text = text.replace("{jwe}", encrypted(token));
        }
        if (signature.length() > 104) {
            int end = token.length() - 1;
            text = text.replace("{cut}", signature.substring(0, signature.length() - 4))
                    .replace("{head}", signature.substring(0, 100))
                    .replace("{rest}", signature.substring(100))
                    .replace("{tail}", signature.substring(104))
                    .replace("{token:bits}", token.substring(0, end) + (char) (token.charAt(end) + 1));
        }
        return text;
    }

    private String filled(String json, String original) throws JOSEException {
        String members = decoded(original).toString();
        String kid = decoded(parts[0]).path("kid").asText();
        String issuer = decoded(parts[1]).path("iss").asText();
        String text = Rows.expanded(json)
                .replace("~", members.substring(1, members.length() - 1))
                .replace(
                        "\"{stranger}\"",
                        new RSAKey.Builder((RSAPublicKey) STRANGER.getPublic())
                                .keyID(kid)
                                .build()
                                .toJSONString())
                .replace("{kid:lower}", kid.toLowerCase(Locale.ROOT))
                .replace("{kid}", kid)
                .replace("{issuer:upper}", issuer.toUpperCase(Locale.ROOT))
                .replace("{issuer}", issuer)
                .replace("{live}", live);
        long now = Instant.now().getEpochSecond();
        return NOW.matcher(text)
                .replaceAll(
                        found -> String.valueOf(now + (found.group(1) == null ? 0 : Long.parseLong(found.group(1)))));
    }

    private static ObjectNode changed(ObjectNode members, JsonNode changes) {
        changes.properties().forEach(change -> members.set(change.getKey(), change.getValue()));
        members.properties().removeIf(member -> member.getValue().isNull());
        return members;
    }

    private byte[] sign(String key, String algorithm, String input) throws GeneralSecurityException, JOSEException {
        if (key.equals("none")) {
            return new byte[0];
        }
        byte[] text = input.getBytes(StandardCharsets.UTF_8);
        if (algorithm.startsWith("HS")) {
            Mac mac = Mac.getInstance("HmacSHA" + algorithm.substring(2));
            mac.init(new SecretKeySpec(publicThing(key), mac.getAlgorithm()));
            return mac.doFinal(text);
        }
        PrivateKey rsa = (key.equals("stranger") ? STRANGER : RunningProduct.KEY).getPrivate();
        Signature signature = signature(algorithm);
        signature.initSign(algorithm.equals("ES256") ? STRANGERS_CURVE.getPrivate() : rsa);
        signature.update(text);
        return signature.sign();
    }

    private static Signature signature(String algorithm) throws GeneralSecurityException {
        if (algorithm.equals("PS256")) {
            Signature signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            return signature;
        }
        return Signature.getInstance(
                algorithm.equals("ES256")
                        ? "SHA256withECDSAinP1363Format"
                        : "SHA" + algorithm.substring(2) + "withRSA");
    }

    /** Everything about our key that everybody can read. */
    private byte[] publicThing(String name) throws JOSEException {
        byte[] der = RunningProduct.KEY.getPublic().getEncoded();
        String text =
                switch (name) {
                    case "pem" -> PemText.write("PUBLIC KEY", der);
                    case "jwk" -> ours.toJSONString();
                    case "jwks" -> new JWKSet(ours).toString();
                    case "kid" -> ours.computeThumbprint().toString();
                    case "empty" -> "\0";
                    default -> "";
                };
        return switch (name) {
            case "der" -> der;
            case "modulus" -> ours.getModulus().decode();
            default -> text.getBytes(StandardCharsets.UTF_8);
        };
    }

    private String encrypted(String token) throws JOSEException {
        JWEHeader header = new JWEHeader.Builder(JWEAlgorithm.RSA_OAEP_256, EncryptionMethod.A256GCM)
                .contentType("JWT")
                .keyID(ours.computeThumbprint().toString())
                .build();
        JWEObject jwe = new JWEObject(header, new Payload(token));
        jwe.encrypt(new RSAEncrypter(ours));
        return jwe.serialize();
    }

    private static ObjectNode decoded(String part) {
        return Management.json(Base64URL.from(part).decodeToString());
    }

    private static String encode(String text) {
        return Base64URL.encode(text).toString();
    }

    private static KeyPair curve() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
