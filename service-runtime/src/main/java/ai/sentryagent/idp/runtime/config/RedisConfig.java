package ai.sentryagent.idp.runtime.config;

import io.vertx.core.net.NetClientOptions;
import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * The shared Redis.
 *
 * @param url {@code redis://:password@host:port/number}, {@code rediss} for TLS
 * @param authority who certifies the server, whatever its name; if empty, one that Java knows must have certified its name
 */
public record RedisConfig(SecretText url, Optional<TrustedAuthority> authority) {
    private static final Set<String> SCHEMES = Set.of("redis", "rediss");
    private static final String AUTHORITY = "REDIS_AUTHORITY";
    private static final String FORM = "must have the form redis://:password@host:port/number";

    public static RedisConfig read(Settings settings) {
        String url = settings.required("REDIS_URL");
        Optional<TrustedAuthority> authority = TrustedAuthority.read(settings, AUTHORITY);
        if (!url.isEmpty()) {
            settings.optional("REDIS_URL", RedisConfig::checked);
            if (settings.isSetOrFile(AUTHORITY) && !url.startsWith("rediss:")) {
                settings.problem(AUTHORITY, "is of use with rediss:// in REDIS_URL only");
            }
        }
        return new RedisConfig(new SecretText(url), authority);
    }

    /** How to connect, with TLS where the URL asks for it. */
    public NetClientOptions connectOptions() {
        NetClientOptions options = new NetClientOptions();
        return authority
                .map(known -> options.setTrustOptions(known.trust()).setHostnameVerificationAlgorithm(""))
                .orElseGet(() -> options.setHostnameVerificationAlgorithm("HTTPS"));
    }

    private static URI checked(String url) {
        try {
            URI uri = URI.create(url);
            if (SCHEMES.contains(String.valueOf(uri.getScheme())) && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(FORM, e);
        }
        throw new IllegalArgumentException(FORM);
    }
}
