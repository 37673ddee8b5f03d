package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.standalone.OAuthCaller.Client;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.as.AuthorizationServerMetadata;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.oauth2.core.OAuth2AuthenticatedPrincipal;
import org.springframework.security.oauth2.jwt.Jwt;
import org.springframework.security.oauth2.jwt.JwtException;
import org.springframework.security.oauth2.jwt.JwtValidators;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.BadOpaqueTokenException;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;

/** Libraries that nobody here wrote, told nothing but the issuer: Nimbus as a client, Spring Security as a resource server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RealClientsTest {
    private final RunningProduct product = RunningProduct.start(Map.of());
    private final OAuthCaller caller = new OAuthCaller(product);
    private final Client client = caller.register();
    private final String issuer =
            new Discovery(product).metadata().path("issuer").asText();

    @AfterAll
    void stop() {
        product.close();
    }

    Stream<ClientAuthentication> authentications() {
        ClientID id = new ClientID(client.id());
        Secret secret = new Secret(client.secret());
        return Stream.of(new ClientSecretBasic(id, secret), new ClientSecretPost(id, secret));
    }

    @ParameterizedTest
    @MethodSource("authentications")
    void nimbusGetsDescribesAndEndsAToken(ClientAuthentication authentication) throws Exception {
        AuthorizationServerMetadata metadata = AuthorizationServerMetadata.resolve(new Issuer(issuer));
        assertThat(metadata.getTokenEndpointAuthMethods()).contains(authentication.getMethod());

        AccessToken token = TokenResponse.parse(new TokenRequest.Builder(
                                metadata.getTokenEndpointURI(), authentication, new ClientCredentialsGrant())
                        .scope(new Scope("data:read"))
                        .build()
                        .toHTTPRequest()
                        .send())
                .toSuccessResponse()
                .getTokens()
                .getAccessToken();

        assertThat(token.getScope()).isEqualTo(new Scope("data:read"));
        TokenIntrospectionResponse described = introspected(metadata, authentication, token);
        assertThat(described.toSuccessResponse().isActive()).isTrue();
        assertThat(described.toSuccessResponse().getIssuer()).isEqualTo(new Issuer(issuer));
        assertThat(described.toSuccessResponse().getClientID().getValue()).isEqualTo(client.id());

        assertThat(new TokenRevocationRequest(metadata.getRevocationEndpointURI(), authentication, token)
                        .toHTTPRequest()
                        .send()
                        .indicatesSuccess())
                .isTrue();
        assertThat(introspected(metadata, authentication, token)
                        .toSuccessResponse()
                        .isActive())
                .isFalse();
    }

    private static TokenIntrospectionResponse introspected(
            AuthorizationServerMetadata metadata, ClientAuthentication authentication, AccessToken token)
            throws Exception {
        return TokenIntrospectionResponse.parse(
                new TokenIntrospectionRequest(metadata.getIntrospectionEndpointURI(), authentication, token)
                        .toHTTPRequest()
                        .send());
    }

    @Test
    void nimbusReadsTheErrorOfAWrongSecret() throws Exception {
        AuthorizationServerMetadata metadata = AuthorizationServerMetadata.resolve(new Issuer(issuer));
        ClientAuthentication wrong = new ClientSecretBasic(new ClientID(client.id()), new Secret("wrong"));
        TokenResponse refused = TokenResponse.parse(
                new TokenRequest.Builder(metadata.getTokenEndpointURI(), wrong, new ClientCredentialsGrant())
                        .build()
                        .toHTTPRequest()
                        .send());
        assertThat(refused.toErrorResponse().getErrorObject().getCode()).isEqualTo("invalid_client");
    }

    @Test
    void nimbusFindsTheSameServerByItsOpenIdConfiguration() throws Exception {
        OIDCProviderMetadata found = OIDCProviderMetadata.resolve(new Issuer(issuer));
        AuthorizationServerMetadata metadata = AuthorizationServerMetadata.resolve(new Issuer(issuer));
        assertThat(found.getJWKSetURI()).isEqualTo(metadata.getJWKSetURI());
        assertThat(found.getTokenEndpointURI()).isEqualTo(metadata.getTokenEndpointURI());
    }

    /** RFC 9068 §4, as Spring Security has it built in. */
    private NimbusJwtDecoder decoder(String audience) {
        NimbusJwtDecoder decoder =
                NimbusJwtDecoder.withIssuerLocation(issuer).validateType(false).build();
        decoder.setJwtValidator(JwtValidators.createAtJwtValidator()
                .issuer(issuer)
                .audience(audience)
                .clientId(client.id())
                .build());
        return decoder;
    }

    @Test
    void springTakesATokenThatItHasVerifiedByDiscovery() {
        Jwt jwt = decoder(issuer).decode(caller.token(client, "data:read"));
        assertThat(jwt.getSubject()).isEqualTo(client.id());
        assertThat(jwt.getClaimAsString("scope")).isEqualTo("data:read");
        assertThat(jwt.getHeaders()).containsEntry("typ", "at+jwt");
    }

    @Test
    void springRefusesATokenForAnotherAudience() {
        String token = caller.token(client, "");
        assertThatThrownBy(() -> decoder("https://other.example").decode(token)).isInstanceOf(JwtException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"header\":{\"alg\":\"none\"},\"key\":\"none\"}",
                "{\"header\":{\"alg\":\"HS256\"},\"key\":\"pem\"}",
                "{\"key\":\"stranger\"}",
                "{\"header\":{\"typ\":\"JWT\"}}",
                "{\"claims\":{\"iss\":\"https://evil.example\"}}",
                "{\"claims\":{\"exp\":\"now-120\"}}",
                "{\"claims\":{\"client_id\":null}}",
            })
    void springRefusesWhatIsForged(String row) throws Exception {
        String forged = new Forgery(caller.token(client, "")).of(Management.json(row));
        assertThatThrownBy(() -> decoder(issuer).decode(forged)).isInstanceOf(JwtException.class);
    }

    @Test
    void springAsksAboutATokenThatItDoesNotReadItself() throws Exception {
        String endpoint = AuthorizationServerMetadata.resolve(new Issuer(issuer))
                .getIntrospectionEndpointURI()
                .toString();
        SpringOpaqueTokenIntrospector introspector = SpringOpaqueTokenIntrospector.withIntrospectionUri(endpoint)
                .clientId(client.id())
                .clientSecret(client.secret())
                .build();
        String token = caller.token(client, "data:read");
        OAuth2AuthenticatedPrincipal principal = introspector.introspect(token);
        assertThat(principal.getName()).isEqualTo(client.id());
        assertThat(principal.getAuthorities()).extracting("authority").isEqualTo(List.of("SCOPE_data:read"));

        assertThat(caller.revoke(client, token).status()).isEqualTo(200);
        assertThatThrownBy(() -> introspector.introspect(token)).isInstanceOf(BadOpaqueTokenException.class);
        assertThatThrownBy(() -> introspector.introspect("x")).isInstanceOf(BadOpaqueTokenException.class);
    }
}
