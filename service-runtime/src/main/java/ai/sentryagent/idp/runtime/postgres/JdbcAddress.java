package ai.sentryagent.idp.runtime.postgres;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.Locale;
import java.util.Optional;

/** The database of {@code DATABASE_URL} as JDBC names it. */
final class JdbcAddress {
    private JdbcAddress() {}

    /** Without parameters, user and password. */
    static String url(PgConnectOptions options) {
        return "jdbc:postgresql://" + options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
    }

    /** The driver's {@code sslmode}; empty where there is no TLS. */
    static Optional<String> sslMode(PgConnectOptions options) {
        SslMode mode = options.getSslMode();
        return mode == SslMode.DISABLE
                ? Optional.empty()
                : Optional.of(mode.name().toLowerCase(Locale.ROOT).replace('_', '-'));
    }
}
