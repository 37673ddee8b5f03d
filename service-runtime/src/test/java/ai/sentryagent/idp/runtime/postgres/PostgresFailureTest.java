package ai.sentryagent.idp.runtime.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
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
}
