package ai.sentryagent.idp.runtime.postgres;

import io.vertx.pgclient.PgConnectOptions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.flywaydb.core.Flyway;

/**
 * Brings a schema to where the code that uses it expects it: role, schema, migrations. Blocking, idempotent, and safe when
 * several instances start at once. The tables belong to the user of {@code DATABASE_URL}, never to the role that the
 * code works with, so what the migrations do not grant it cannot do.
 */
final class SchemaOwner {
    /** Any number will do, as long as everything that makes roles or schemas takes the same one. */
    private static final long LOCK = 0x6167656e74696470L;

    /** While another instance migrates; longer than any of its statements may take. */
    private static final int WAITS_FOR_THE_OTHERS_SECONDS = 300;

    private final String url;
    private final Properties login = new Properties();
    private final ServiceRole role;
    private final String[] migrations;

    private SchemaOwner(PgConnectOptions admin, ServiceRole role, String... migrations) {
        this.url = JdbcAddress.url(admin);
        this.role = role;
        this.migrations = migrations;
        login.setProperty("user", admin.getUser());
        login.setProperty("password", String.valueOf(admin.getPassword()));
        // up to Postgres 14 everyone may make functions and operators in public, which must never run with our rights
        login.setProperty("currentSchema", role.schema());
        login.setProperty("connectTimeout", "5");
        login.setProperty("loginTimeout", "10");
        login.setProperty("socketTimeout", "120");
        // before the socket's: a statement that is given up here alone would go on there, and keep its locks
        login.setProperty("options", "-c statement_timeout=110s");
        // rows of tables, which a migration that fails would put into the log
        login.setProperty("logServerErrorDetail", "false");
        login.putAll(JdbcAddress.tls(admin));
    }

    /** @param migrations the folders of the class path that hold them */
    static void prepare(PgConnectOptions admin, ServiceRole role, String... migrations) throws SQLException {
        SchemaOwner owner = new SchemaOwner(admin, role, migrations);
        owner.makeRoleAndSchema();
        owner.migrate();
    }

    private void makeRoleAndSchema() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, login);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // a process that is frozen here shall not keep all others from starting
            statement.execute("SET idle_in_transaction_session_timeout = '10s'");
            statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
            // name, schema and verifier are made here, without a quote in them
            statement.execute("DO $$ BEGIN CREATE ROLE " + role.name()
                    + " LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; WHEN unique_violation THEN NULL; END $$");
            statement.execute("ALTER ROLE " + role.name() + " PASSWORD '" + role.verifier() + "'");
            statement.execute("CREATE SCHEMA IF NOT EXISTS " + role.schema());
            statement.execute("GRANT USAGE ON SCHEMA " + role.schema() + " TO " + role.name());
            connection.commit();
        }
    }

    private void migrate() {
        Flyway.configure(SchemaOwner.class.getClassLoader())
                .dataSource(url, login.getProperty("user"), login.getProperty("password"))
                .jdbcProperties(jdbcProperties())
                .defaultSchema(role.schema())
                .schemas(role.schema())
                .createSchemas(false)
                .table("flyway_history")
                .locations(migrations)
                .placeholders(Map.of("role", role.name()))
                .failOnMissingLocations(true)
                .validateMigrationNaming(true)
                .lockRetryCount(WAITS_FOR_THE_OTHERS_SECONDS)
                .load()
                .migrate();
    }

    private Map<String, String> jdbcProperties() {
        Map<String, String> properties = new HashMap<>();
        login.stringPropertyNames().forEach(name -> properties.put(name, login.getProperty(name)));
        properties.keySet().removeAll(Set.of("user", "password"));
        return properties;
    }
}
