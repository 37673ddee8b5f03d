package ai.sentryagent.idp.runtime.config;

import java.net.URI;
import java.time.Duration;

/**
 * What the maker and the verifiers of access tokens must agree on.
 *
 * @param issuer the {@code iss} claim and the root of every URL in the metadata; never taken from a request
 * @param audience the {@code aud} claim
 * @param timeToLive the lifetime of an access token
 */
public record TokenConfig(String issuer, String audience, Duration timeToLive) {
    public static final int DEFAULT_PORT = 3000;

    /** No access token of any instance is valid for longer. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(1);

    public static TokenConfig read(Settings settings) {
        int port = settings.integer("PORT", DEFAULT_PORT, 0, 65_535);
        String scheme = settings.isSetOrFile("TLS_CERTIFICATE") ? "https" : "http";
        String issuer =
                settings.optional("ISSUER_URL", TokenConfig::checkedIssuer).orElse(scheme + "://localhost:" + port);
        return new TokenConfig(
                issuer,
                settings.text("TOKEN_AUDIENCE", issuer),
                settings.seconds("TOKEN_TTL_SECONDS", Duration.ofHours(1), Duration.ofSeconds(1), LONGEST_LIFE));
    }

    /** RFC 8414 §2: a URL with no query or fragment. A trailing slash would make two names for one issuer. */
    private static String checkedIssuer(String issuer) {
        String message = "must be an http or https URL without query, fragment or trailing slash";
        URI uri;
        try {
            uri = URI.create(issuer);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(message, e);
        }
        boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
        if (!http
                || uri.getHost() == null
                || uri.getQuery() != null
                || uri.getFragment() != null
                || issuer.endsWith("/")) {
            throw new IllegalArgumentException(message);
        }
        return issuer;
    }
}
