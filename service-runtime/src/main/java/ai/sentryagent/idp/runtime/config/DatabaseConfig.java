package ai.sentryagent.idp.runtime.config;

import io.vertx.pgclient.PgConnectOptions;
import java.util.regex.Pattern;

/**
 * The shared Postgres.
 *
 * @param url {@code postgresql://user:password@host:port/database}; this user makes roles, schemas and tables
 */
public record DatabaseConfig(SecretText url) {
    /** Without one, that of the library would be taken, from which the services' own would follow. */
    private static final Pattern PASSWORD = Pattern.compile("^[^/]*//[^:@/]+:[^@/]+@|[?&]password=[^&]");

    private static final String FORM = "must have the form postgresql://user:password@host:port/database";

    public static DatabaseConfig read(Settings settings) {
        String url = settings.required("DATABASE_URL");
        if (!url.isEmpty()) {
            settings.optional("DATABASE_URL", DatabaseConfig::checked);
        }
        return new DatabaseConfig(new SecretText(url));
    }

    /** How the user of the URL connects. */
    public PgConnectOptions connectOptions() {
        return PgConnectOptions.fromUri(url.value());
    }

    private static String checked(String url) {
        try {
            PgConnectOptions options = PgConnectOptions.fromUri(url);
            if (options.getDatabase() != null
                    && options.getUser() != null
                    && PASSWORD.matcher(url).find()) {
                return url;
            }
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(FORM, e);
        }
        throw new IllegalArgumentException(FORM);
    }
}
