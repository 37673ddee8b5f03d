package ai.sentryagent.idp.standalone;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Duration;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A resource server that keeps the JWKS for as long as it may, and never asks again before, whatever it is shown. */
public final class CachingVerifier {
    private static final Pattern MAX_AGE = Pattern.compile("max-age=([0-9]+)");

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI jwks;
    private JWKSet keys = new JWKSet();
    private long staleAt = System.nanoTime();

    /** @param url of a gateway */
    public CachingVerifier(String url) {
        this.jwks = URI.create(url + "/.well-known/jwks.json");
    }

    /** Whether it has the key of this RS256 token and the signature is right. */
    public boolean accepts(String token) throws IOException, InterruptedException, ParseException, JOSEException {
        if (System.nanoTime() >= staleAt) {
            HttpResponse<String> answer =
                    http.send(HttpRequest.newBuilder(jwks).build(), HttpResponse.BodyHandlers.ofString());
            keys = JWKSet.parse(answer.body());
            long maxAge = MAX_AGE.matcher(
                            answer.headers().firstValue("cache-control").orElse(""))
                    .results()
                    .map(MatchResult::group)
                    .mapToLong(found -> Long.parseLong(found.substring("max-age=".length())))
                    .findFirst()
                    .orElseThrow();
            staleAt = System.nanoTime() + Duration.ofSeconds(maxAge).toNanos();
        }
        SignedJWT jwt = SignedJWT.parse(token);
        JWK key = keys.getKeyByKeyId(jwt.getHeader().getKeyID());
        return key != null && jwt.verify(new RSASSAVerifier(key.toRSAKey()));
    }
}
