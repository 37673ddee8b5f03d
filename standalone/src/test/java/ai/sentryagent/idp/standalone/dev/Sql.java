package ai.sentryagent.idp.standalone.dev;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What a test does and sees in a database, past the product. */
public final class Sql {
    private static final String LOCKED = "55P03";

    private Sql() {}

    public static void update(String databaseUrl, String sql) throws SQLException {
        try (Connection connection = connect(databaseUrl);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of the first row. */
    public static String select(String databaseUrl, String sql) throws SQLException {
        return selectAll(databaseUrl, sql).get(0);
    }

    /** The one number that the query finds. */
    public static long number(String databaseUrl, String sql) throws SQLException {
        return Long.parseLong(select(databaseUrl, sql));
    }

    /** The first column of each row. */
    public static List<String> selectAll(String databaseUrl, String sql) throws SQLException {
        try (Connection connection = connect(databaseUrl);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> column = new ArrayList<>();
            while (rows.next()) {
                column.add(rows.getString(1));
            }
            return column;
        }
    }

    /** A transaction that holds what the statement locks until it is closed. */
    public static Connection hold(String databaseUrl, String sql) throws SQLException {
        Connection connection = connect(databaseUrl);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
        return connection;
    }

    /** What Postgres calls this connection's process. */
    public static int processId(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getInt(1);
        }
    }

    /** Whether the statement, which does not wait, gets the locks that it wants. */
    public static boolean isFree(String databaseUrl, String sql) throws SQLException {
        try {
            hold(databaseUrl, sql).close();
            return true;
        } catch (SQLException e) {
            if (LOCKED.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    private static Connection connect(String databaseUrl) throws SQLException {
        return DriverManager.getConnection(TestServers.jdbcUrl(databaseUrl));
    }
}
