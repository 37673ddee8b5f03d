package ai.sentryagent.idp.standalone.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Outboxes;
import ai.sentryagent.idp.standalone.dev.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Holds what a cluster has answered against what stands in its database, row by row. */
final class Reckoning {
    private static final Set<String> NOT_AUDITED = Set.of("bear", "check");

    private final Ledger ledger;
    private final String database;

    Reckoning(Ledger ledger, String database) {
        this.ledger = ledger;
        this.database = database;
    }

    void settle() throws SQLException {
        new Outboxes(database).untilEmpty();
        assertThat(ledger.wrongs()).isEmpty();
        everyAnswerIsInTheLogOnce();
        HandedOut.assertLoggedAndCountedOnce(
                ledger.answersTo("token.issued").filter(Answer::isDone).map(answer -> answer.text("access_token")),
                database);
        everyRevocationIsThereOnce();
        everyLifeIsInEveryTable();
    }

    /** By request id: what was answered is there once, what was not answered is there once or not at all. */
    private void everyAnswerIsInTheLogOnce() throws SQLException {
        Map<String, Long> logged = rows(
                        """
                        SELECT request_id || ' ' || action
                        FROM audit.audit_events WHERE request_id NOT IN
                            (SELECT request_id FROM audit.audit_events WHERE action = 'system.bootstrapped')
                        """)
                .stream()
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(logged.entrySet()).as("nothing is logged twice").allSatisfy(entry -> assertThat(entry.getValue())
                .as(entry.getKey())
                .isEqualTo(1));
        List<String> answered = ledger.answers()
                .filter(answer -> !NOT_AUDITED.contains(answer.asked()))
                .filter(answer -> answer.isDone() || answer.status() == 400 || answer.status() == 401)
                .filter(answer -> !repeated(answer))
                .map(answer -> answer.sent().requestId() + " " + (answer.isDone() ? answer.asked() : "auth.failed"))
                .toList();
        assertThat(logged.keySet()).as("whatever was answered is logged").containsAll(answered);
        Set<String> asked =
                ledger.answers().map(answer -> answer.sent().requestId()).collect(Collectors.toSet());
        assertThat(logged.keySet())
                .as("nothing is logged that nobody asked for")
                .allMatch(entry -> asked.contains(entry.substring(0, entry.indexOf(' '))));
    }

    /** Asked for again after an answer that did not come, or said that it was stored: the first one did it. */
    private boolean repeated(Answer answer) {
        return Set.of("token.revoked", "agent.suspended", "agent.reactivated").contains(answer.asked())
                && ledger.answersTo(answer.asked())
                                .filter(other -> other.subject().equals(answer.subject()))
                                .count()
                        > 1;
    }

    private void everyRevocationIsThereOnce() throws SQLException {
        List<String> revoked = rows("SELECT metadata ->> 'jti' FROM audit.audit_events WHERE action = 'token.revoked'");
        List<String> revocations = ledger.answersTo("token.revoked")
                .filter(Answer::isDone)
                .map(answer -> HandedOut.jti(answer.subject()))
                .distinct()
                .toList();
        assertThat(revoked).doesNotHaveDuplicates().containsAll(revocations);
        assertThat(rows("SELECT id FROM tokens.revocations WHERE kind = 'token'"))
                .containsAll(revocations);
    }

    private void everyLifeIsInEveryTable() throws SQLException {
        Set<String> ended = ledger.ended();
        assertThat(rows("SELECT agent_id FROM agents.agents WHERE status = 'decommissioned'"))
                .containsAll(ended);
        assertThat(rows("SELECT agent_id FROM agents.agents"))
                .containsAll(ledger.answersTo("agent.created")
                        .filter(Answer::isDone)
                        .map(answer -> answer.text("agentId"))
                        .toList());
        assertThat(rows("SELECT client_id || status || epoch || revision FROM credentials.clients"))
                .containsExactlyInAnyOrderElementsOf(
                        rows("SELECT agent_id || status || epoch || revision FROM agents.agents"));
        assertThat(rows("SELECT id || ' ' || epoch FROM tokens.revocations WHERE kind = 'agent'"))
                .containsAll(
                        rows(
                                """
                        SELECT agent_id || ' ' || epoch FROM agents.agents WHERE status = 'decommissioned'
                        """));
        assertThat(rows("SELECT credential_id FROM credentials.credentials WHERE revoked_at IS NOT NULL"))
                .containsAll(ledger.answersTo("credential.generated")
                        .filter(Answer::isDone)
                        .filter(answer -> ended.contains(answer.text("clientId")))
                        .map(answer -> answer.text("credentialId"))
                        .toList());
        assertThat(rows("SELECT active FROM agents.agent_count"))
                .isEqualTo(rows("SELECT count(*) FROM agents.agents WHERE status <> 'decommissioned'"));
        for (String action : List.of("agent.suspended", "agent.reactivated", "agent.decommissioned")) {
            assertThat(rows("SELECT agent_id FROM audit.audit_events WHERE action = '" + action + "'"))
                    .as(action)
                    .doesNotHaveDuplicates()
                    .containsAll(ended);
        }
        assertThat(
                        rows(
                                "SELECT metadata ->> 'credentialId' FROM audit.audit_events WHERE action = 'credential.revoked'"))
                .doesNotHaveDuplicates();
    }

    private List<String> rows(String sql) throws SQLException {
        return Sql.selectAll(database, sql);
    }
}
