package ai.sentryagent.idp.runtime.config;

import io.vertx.core.net.ClientSSLOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The shared Postgres.
 *
 * @param url {@code postgresql://user:password@host:port/database}; this user makes roles, schemas and tables
 * @param authority a file that says in PEM who certifies the server; there is one where {@code sslmode} has it verified
 */
public record DatabaseConfig(SecretText url, Optional<Path> authority) {
    private static final Set<SslMode> VERIFYING = Set.of(SslMode.VERIFY_CA, SslMode.VERIFY_FULL);

    /** Whoever stands in between could have it so. */
    private static final Set<SslMode> FALLING_BACK = Set.of(SslMode.ALLOW, SslMode.PREFER);

    /** Without one, that of the library would be taken, from which the services' own would follow. */
    private static final Pattern PASSWORD = Pattern.compile("^[^/]*//[^:@/]+:[^@/]+@|[?&]password=[^&]");

    private static final String AUTHORITY = "DATABASE_AUTHORITY";
    private static final String FORM = "must have the form postgresql://user:password@host:port/database";

    public static DatabaseConfig read(Settings settings) {
        String url = settings.required("DATABASE_URL");
        Optional<TrustedAuthority> authority = TrustedAuthority.read(settings, AUTHORITY);
        boolean good = !url.isEmpty()
                && settings.optional("DATABASE_URL", DatabaseConfig::checked).isPresent();
        if (good && verifies(url) != settings.isSetOrFile(AUTHORITY)) {
            settings.problem(
                    AUTHORITY, "and sslmode=verify-ca or verify-full in DATABASE_URL are of use together only");
        }
        return new DatabaseConfig(new SecretText(url), authority.flatMap(known -> file(known, settings)));
    }

    /** How the user of the URL connects. */
    public PgConnectOptions connectOptions() {
        PgConnectOptions options = PgConnectOptions.fromUri(url.value());
        if (options.getSslMode() != SslMode.DISABLE) {
            ClientSSLOptions tls = new ClientSSLOptions()
                    .setHostnameVerificationAlgorithm(options.getSslMode() == SslMode.VERIFY_FULL ? "HTTPS" : "");
            authority.ifPresentOrElse(
                    file -> tls.setTrustOptions(new PemTrustOptions().addCertPath(file.toString())),
                    () -> tls.setTrustAll(true)); // which is what the other modes mean
            options.setSslOptions(tls);
        }
        return options;
    }

    private static Optional<Path> file(TrustedAuthority authority, Settings settings) {
        try {
            return Optional.of(authority.file());
        } catch (IOException e) {
            settings.problem(AUTHORITY, "cannot be kept in java.io.tmpdir, where the driver would read it");
            return Optional.empty();
        }
    }

    private static boolean verifies(String url) {
        return VERIFYING.contains(PgConnectOptions.fromUri(url).getSslMode());
    }

    private static String checked(String url) {
        PgConnectOptions options;
        try {
            options = PgConnectOptions.fromUri(url);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(FORM, e);
        }
        if (options.getDatabase() == null
                || options.getUser() == null
                || !PASSWORD.matcher(url).find()) {
            throw new IllegalArgumentException(FORM);
        }
        if (FALLING_BACK.contains(options.getSslMode())) {
            throw new IllegalArgumentException(
                    "must not have an sslmode that falls back to clear text: require, verify-ca or verify-full, or none");
        }
        return url;
    }
}
