package ai.sentryagent.idp.runtime.postgres;

import io.vertx.core.net.PemTrustOptions;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.SslMode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The database of {@code DATABASE_URL} as JDBC names it. */
final class JdbcAddress {
    private JdbcAddress() {}

    /** Without parameters, user and password. */
    static String url(PgConnectOptions options) {
        return "jdbc:postgresql://" + options.getHost() + ":" + options.getPort() + "/" + options.getDatabase();
    }

    /** What the driver is told of TLS; empty where there is none. */
    static Map<String, String> tls(PgConnectOptions options) {
        SslMode mode = options.getSslMode();
        if (mode == SslMode.DISABLE) {
            return Map.of();
        }
        Map<String, String> tls = new HashMap<>();
        tls.put("sslmode", mode.name().toLowerCase(Locale.ROOT).replace('_', '-'));
        if (options.getSslOptions().getTrustOptions() instanceof PemTrustOptions authority) {
            tls.put("sslrootcert", authority.getCertPaths().get(0));
        }
        return tls;
    }
}
