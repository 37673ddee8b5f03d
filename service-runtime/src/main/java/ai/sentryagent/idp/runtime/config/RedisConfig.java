package ai.sentryagent.idp.runtime.config;

import io.vertx.core.net.NetClientOptions;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The shared Redis.
 *
 * @param url {@code redis://:password@host:port/number}, {@code rediss} for TLS
 * @param authority who certifies the server; if empty, one that Java knows must have certified it
 * @param isOfAnyName whether whatever the authority certifies is the server, as where it certifies no other
 */
public record RedisConfig(SecretText url, Optional<TrustedAuthority> authority, boolean isOfAnyName) {
    private static final Set<String> SCHEMES = Set.of("redis", "rediss");
    private static final String AUTHORITY = "REDIS_AUTHORITY";

    /** As Postgres has it. */
    private static final String OF_ANY_NAME = "?sslmode=verify-ca";

    private static final String FORM =
            "must have the form redis://:password@host:port/number, or rediss:// with, if names do not matter, "
                    + OF_ANY_NAME
                    + " behind it";

    private static final Pattern NUMBER = Pattern.compile("(/(\\d{1,5})?)?");
    private static final int LAST_PORT = 65_535;

    public static RedisConfig read(Settings settings) {
        String given = settings.required("REDIS_URL");
        boolean isOfAnyName = given.endsWith(OF_ANY_NAME);
        String url = isOfAnyName ? given.substring(0, given.length() - OF_ANY_NAME.length()) : given;
        Optional<TrustedAuthority> authority = TrustedAuthority.read(settings, AUTHORITY);
        if (!url.isEmpty()) {
            settings.optional("REDIS_URL", whole -> checked(url));
            if (settings.isSetOrFile(AUTHORITY) && !url.startsWith("rediss:")) {
                settings.problem(AUTHORITY, "is of use with rediss:// in REDIS_URL only");
            }
            if (isOfAnyName && !(settings.isSetOrFile(AUTHORITY) && url.startsWith("rediss:"))) {
                settings.problem(AUTHORITY, "and rediss:// are required where REDIS_URL ends in " + OF_ANY_NAME);
            }
        }
        return new RedisConfig(new SecretText(url), authority, isOfAnyName);
    }

    /** How to connect, with TLS where the URL asks for it. */
    public NetClientOptions connectOptions() {
        NetClientOptions options = new NetClientOptions().setHostnameVerificationAlgorithm(isOfAnyName ? "" : "HTTPS");
        authority.ifPresent(known -> options.setTrustOptions(known.trust()));
        return options;
    }

    private static URI checked(String url) {
        try {
            URI uri = URI.create(url);
            if (SCHEMES.contains(String.valueOf(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() <= LAST_PORT
                    && NUMBER.matcher(uri.getPath()).matches()
                    && uri.getQuery() == null
                    && uri.getFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(FORM, e);
        }
        throw new IllegalArgumentException(FORM);
    }
}
