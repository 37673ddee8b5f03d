package ai.sentryagent.idp.runtime.config;

import java.net.URI;
import java.util.Set;

/**
 * The shared Redis.
 *
 * @param url {@code redis://:password@host:port/number}, {@code rediss} for TLS
 */
public record RedisConfig(SecretText url) {
    private static final Set<String> SCHEMES = Set.of("redis", "rediss");
    private static final String FORM = "must have the form redis://:password@host:port/number";

    public static RedisConfig read(Settings settings) {
        String url = settings.required("REDIS_URL");
        if (!url.isEmpty()) {
            settings.optional("REDIS_URL", RedisConfig::checked);
        }
        return new RedisConfig(new SecretText(url));
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
