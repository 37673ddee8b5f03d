package ai.sentryagent.idp.runtime.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.schema.ServiceException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PostgresFailureTest {
    /** Whose words these are: SQLSTATE of the server and, in class 08, of its driver. */
    @ParameterizedTest
    @CsvSource({
        "08001, true", // nobody listens
        "08006, true", // the connection is lost
        "57P03, true", // it is starting
        "53300, true", // too many connections
        "25006, true", // it is a standby, until it is promoted
        "08004, false", // it turns us away
        "57014, false", // the statement took too long, and would again
        "28P01, false", // a wrong password
        "42701, false" // a migration that does not fit
    })
    void aStartWaitsForWhatPassesByItself(String state, boolean waits) {
        SQLException refused = new SQLException("refused", state);
        assertThat(PostgresFailure.isNotThereYet(new IllegalStateException(refused)))
                .isEqualTo(waits);
    }

    @Test
    void whatIsOurOwnMistakeIsNoDatabaseThatIsAway() {
        for (Throwable mistake : List.of(
                new StackOverflowError(),
                new NoClassDefFoundError("some/Class"),
                new IllegalStateException("a bug"),
                new PgException("too many parameters", "ERROR", "08P01", ""))) {
            assertThat(PostgresFailure.of(mistake)).isSameAs(mistake);
        }
        for (Throwable away : List.of(
                new IOException("reset"),
                new PgException("lost", "FATAL", "08006", ""),
                new PgException("stopping", "FATAL", "57P01", ""))) {
            assertThat(PostgresFailure.of(away)).isInstanceOf(ServiceException.class);
        }
    }
}
