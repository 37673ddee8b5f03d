package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.dev.Sql;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** The tokens that somebody was given, held against the log and the counts of a database. */
final class HandedOut {
    private static final ObjectMapper JSON = new ObjectMapper();

    private HandedOut() {}

    /** Each of them is in the log, nothing is there twice, and what is there has been counted. */
    static void assertLoggedAndCountedOnce(Stream<String> tokens, String database) throws SQLException {
        List<String> handedOut = tokens.map(HandedOut::jti).toList();
        assertThat(handedOut).isNotEmpty();
        assertThat(Sql.selectAll(
                        database, "SELECT metadata ->> 'jti' FROM audit.audit_events WHERE action = 'token.issued'"))
                .doesNotHaveDuplicates()
                .containsAll(handedOut);
        assertThat(Sql.selectAll(
                        database,
                        "SELECT client_id || ' ' || sum(issued) FROM tokens.token_monthly_counts GROUP BY client_id"))
                .containsExactlyInAnyOrderElementsOf(
                        Sql.selectAll(
                                database,
                                """
                        SELECT agent_id || ' ' || count(*) FROM audit.audit_events
                        WHERE action = 'token.issued' GROUP BY agent_id
                        """));
    }

    /** A token's identifier (RFC 7519 section 4.1.7). */
    static String jti(String token) {
        byte[] claims = Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]);
        try {
            return JSON.readTree(new String(claims, StandardCharsets.UTF_8))
                    .path("jti")
                    .asText();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }
}
