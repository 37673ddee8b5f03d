package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.text.ParseException;
import java.util.Map;
import java.util.Set;

/** A resource server that knows the issuer and nothing else: it finds the keys by RFC 8414 and verifies by RFC 9068 §4. */
final class Discovery {
    static final String METADATA = "/.well-known/oauth-authorization-server";
    static final String OPENID = "/.well-known/openid-configuration";

    private final RunningProduct product;

    Discovery(RunningProduct product) {
        this.product = product;
    }

    RunningProduct.Reply get(String path) {
        return product.send("GET", path, Map.of(), "");
    }

    /** Where on this server the member of the metadata leads; whoever installs it makes the issuer lead here. */
    String path(String member) {
        JsonNode metadata = metadata();
        String issuer = metadata.path("issuer").asText();
        assertThat(metadata.path(member).asText()).startsWith(issuer + "/");
        return metadata.path(member).asText().substring(issuer.length());
    }

    JsonNode metadata() {
        RunningProduct.Reply found = get(METADATA);
        assertThat(found.status()).isEqualTo(200);
        return found.json();
    }

    JWKSet keys() throws ParseException {
        return JWKSet.parse(get(path("jwks_uri")).json().toString());
    }

    /** Fails for a token that a resource server must not take. */
    JWTClaimsSet verify(String token, String audience) throws Exception {
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Set.of(JWSAlgorithm.RS256, JWSAlgorithm.PS256, JWSAlgorithm.ES256), new ImmutableJWKSet<>(keys())));
        processor.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                audience,
                new JWTClaimsSet.Builder()
                        .issuer(metadata().path("issuer").asText())
                        .build(),
                Set.of("iss", "exp", "aud", "sub", "client_id", "iat", "jti")));
        return processor.process(token, null);
    }
}
