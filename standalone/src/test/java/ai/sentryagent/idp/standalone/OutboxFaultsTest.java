package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Facts whose way is not smooth: each arrives in the end, has its effect once, and stands in no other's way. */
@Timeout(120)
final class OutboxFaultsTest {
    private final String database = TestServers.freshDatabase();
    private final Outboxes outboxes = new Outboxes(database);

    @Test
    void whileTheAuditLogIsStuckEverybodyElseHearsAndItHearsEverythingOnceAfterwards() throws Exception {
        RunningProduct product = start();
        try {
            Cast cast = Cast.on(product);
            Member member = cast.member();
            String token = cast.token(member);
            outboxes.untilEmpty();
            try (Connection stuck = Sql.hold(database, "SELECT FROM audit.audit_head FOR UPDATE")) {
                assertThat(cast.token(member)).isNotEmpty();
                assertThat(cast.suspend(member).status()).isEqualTo(200);
                assertThat(cast.introspect(token).json().path("active").asBoolean())
                        .isFalse();
                assertThat(cast.decommission(member).status()).isEqualTo(204);
                assertThat(outboxes.makeDueAndCount()).isPositive();
                Sql.update(database, "CREATE TABLE kept AS SELECT event_id, fact FROM agents.outbox");
                stuck.rollback();
            }
            outboxes.untilEmpty();
            assertToldOnce(member, "agent.suspended", "agent.decommissioned", "credential.revoked");

            // and once more, to everybody, as after a crash between an effect and its acknowledgement
            Sql.update(
                    database,
                    """
                    INSERT INTO agents.outbox (event_id, subscriber, fact, due_at)
                    SELECT event_id, subscriber, fact, now()
                    FROM kept, unnest(ARRAY['audit', 'credentials', 'tokens']) AS subscriber
                    """);
            outboxes.untilEmpty();
            assertToldOnce(member, "agent.suspended", "agent.decommissioned", "credential.revoked");
        } finally {
            product.close();
        }
    }

    @Test
    void whatAKilledProcessHadCommittedAndNotToldIsToldByTheNext() throws Exception {
        RunningProduct first = start();
        Member member;
        String token;
        try {
            Cast cast = Cast.on(first);
            member = cast.member();
            token = cast.token(member);
            outboxes.untilEmpty();
        } finally {
            first.close();
        }
        // what the transaction of a suspension leaves, and nothing of what comes after it
        Sql.update(
                database,
                "UPDATE agents.agents SET status = 'suspended', revision = 2, epoch = 2 WHERE agent_id = '"
                        + member.id() + "'");
        Sql.update(
                database,
                """
                INSERT INTO agents.outbox (event_id, subscriber, fact, due_at)
                SELECT id, subscriber, replace('%s', '#', id::text), now()
                FROM (SELECT '019cad9d-de6c-7c3a-9d41-5f0e2b6a8c11'::uuid AS id) AS one,
                    unnest(ARRAY['audit', 'credentials', 'tokens']) AS subscriber
                """
                        .formatted(suspension(member.id())));
        RunningProduct second = start();
        try {
            Cast cast = Cast.on(second);
            outboxes.untilEmpty();
            assertThat(cast.bear(member, token).status()).isEqualTo(401);
            assertThat(cast.introspect(token).json().path("active").asBoolean()).isFalse();
            assertThat(cast.ask(member).text("error")).isEqualTo("unauthorized_client");
            assertToldOnce(member, "agent.suspended");
        } finally {
            second.close();
        }
    }

    @Test
    void aReactivationIsConfirmedOnlyWhenTokensFromBeforeTheSuspensionAreDead() throws Exception {
        RunningProduct product = start();
        try {
            Cast cast = Cast.on(product);
            Member member = cast.member();
            String before = cast.token(member);
            outboxes.untilEmpty();
            try (Connection noMarks = Sql.hold(database, "LOCK TABLE tokens.revocations IN SHARE MODE")) {
                assertThat(cast.suspend(member).status()).isEqualTo(202);
                assertThat(reactivate(cast, member).status())
                        .as("the mark is not stored yet")
                        .isEqualTo(202);
                noMarks.rollback();
            }
            Patience.until(
                    "a reactivation that is confirmed",
                    () -> reactivate(cast, member),
                    answer -> answer.status() == 200);
            assertThat(cast.bear(member, before).status()).isEqualTo(401);
            assertThat(cast.introspect(before).json().path("active").asBoolean())
                    .isFalse();
            assertThat(cast.bear(member, cast.token(member)).status()).isEqualTo(200);
            outboxes.untilEmpty();
        } finally {
            product.close();
        }
    }

    private static Reply reactivate(Cast cast, Member member) {
        return cast.product().json("PATCH", member.path(), cast.admin(), "{\"status\":\"active\"}");
    }

    @Test
    void factsThatNobodyCanDigestHoldUpNoOthers() throws Exception {
        RunningProduct product = start();
        try {
            Cast cast = Cast.on(product);
            Member member = cast.member();
            Member other = cast.member();
            String token = cast.token(member);
            String otherToken = cast.token(other);
            outboxes.untilEmpty();
            String known = suspension(member.id());
            for (int i = 0; i < 8; i++) {
                insert("tokens", known.replace("agent.suspended", "agent.exploded"));
            }
            insert("tokens", "{not json");
            insert("credentials", known.replace("\"status\":\"suspended\"", "\"status\":\"asleep\""));
            insert("audit", known.replace("\"requestId\":\"", "\"requestId\":\"\\u0000"));
            insert("tokens", suspension(other.id())); // in the midst of them one that is well
            for (int i = 0; i < 3; i++) {
                assertThat(cast.suspend(member).status()).isEqualTo(200);
                assertThat(reactivate(cast, member).status()).isEqualTo(200);
            }
            assertThat(cast.introspect(token).json().path("active").asBoolean()).isFalse();
            Patience.until("only what nobody can digest", outboxes::makeDueAndCount, rows -> rows == 11);
            assertThat(cast.bear(other, otherToken).status()).isEqualTo(401);
            assertThat(Sql.selectAll(
                            database,
                            "SELECT action FROM audit.audit_events WHERE action = 'agent.suspended' AND agent_id = '"
                                    + member.id() + "'"))
                    .hasSize(3);
        } finally {
            product.close();
        }
    }

    @Test
    void whatIsOnItsWayIsNotOverdueAndWhatNobodyCouldDigestIs() throws Exception {
        RunningProduct product = start();
        try {
            outboxes.untilEmpty();
            String nobody = suspension("019cad9d-de6c-7c3a-9d41-5f0e2b6a8c12");
            insert("tokens", nobody.replace("agent.suspended", "agent.exploded"));
            Sql.update(
                    database,
                    """
                    INSERT INTO agents.outbox (event_id, subscriber, fact, due_at)
                    SELECT gen_random_uuid(), 'tokens', fact, now() + interval '1 day' FROM agents.outbox
                    """);
            Patience.until(
                    "two facts that wait, of which one is overdue",
                    () -> product.send("GET", "/metrics", Map.of(), "").json().asText(),
                    page -> page.contains("agentidp_outbox_facts{owner=\"agents\",subscriber=\"tokens\"} 2.0")
                            && page.contains(
                                    "agentidp_outbox_overdue_facts{owner=\"agents\",subscriber=\"tokens\"} 1.0"));
        } finally {
            product.close();
        }
    }

    @Test
    void whatHasLeftAnOutboxIsNotReadAgainForWhatLeavesLater() throws Exception {
        RunningProduct product = start();
        try {
            Sql.update(database, "ALTER TABLE tokens.outbox SET (autovacuum_enabled = false)");
            Cast cast = Cast.on(product);
            Member member = cast.member();
            outboxes.untilEmpty();
            Sql.update(database, "VACUUM tokens.outbox");
            for (int i = 0; i < 100; i++) { // each connection has its statements by then
                cast.token(member);
            }
            outboxes.untilEmpty();
            Sql.update(
                    database,
                    """
                    INSERT INTO tokens.outbox (event_id, subscriber, fact, due_at)
                    SELECT gen_random_uuid(), 'audit', '', now() + interval '1 day' FROM generate_series(1, 50000)
                    """);
            Sql.update(database, "DELETE FROM tokens.outbox WHERE fact = ''");
            untilGone(200, cast, member); // Postgres counts late
            long before = blocksOfTokens();
            Sql.update(
                    database,
                    """
                    INSERT INTO tokens.outbox (event_id, subscriber, fact, due_at)
                    SELECT id, 'audit', replace('%s', '#', id::text), now()
                    FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, 1000)) AS many
                    """
                            .formatted(suspension(member.id())));
            untilGone(1200, cast, member);
            // some 12,000 for the facts themselves; the table has 420, and every other deletion would read them all
            assertThat(blocksOfTokens() - before).isLessThan(25_000);
        } finally {
            product.close();
        }
    }

    /** Issues tokens until so many facts have left. */
    private void untilGone(long facts, Cast cast, Member member) {
        long gone = ofTokens("n_tup_del");
        Patience.until(
                "tokens whose facts have left",
                () -> {
                    cast.token(member);
                    return ofTokens("n_tup_del") - gone;
                },
                left -> left >= facts);
    }

    /** Of the heap, from wherever they came. */
    private long blocksOfTokens() throws SQLException {
        return Sql.number(
                database,
                "SELECT heap_blks_read + heap_blks_hit FROM pg_statio_user_tables"
                        + " WHERE schemaname = 'tokens' AND relname = 'outbox'");
    }

    /** What Postgres has counted of token-service's outbox. */
    private long ofTokens(String count) {
        try {
            return Sql.number(
                    database,
                    "SELECT " + count + " FROM pg_stat_user_tables WHERE schemaname = 'tokens' AND relname = 'outbox'");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private RunningProduct start() {
        return RunningProduct.start(Map.of("DATABASE_URL", database));
    }

    private void insert(String subscriber, String fact) throws Exception {
        Sql.update(
                database,
                "INSERT INTO agents.outbox (event_id, subscriber, fact, due_at) SELECT id, '" + subscriber
                        + "', replace('" + fact + "', '#', id::text), now() FROM gen_random_uuid() AS id");
    }

    /** The fact as agent-service writes it; the number sign stands for its id. It is of now, or retention would drop it. */
    private static String suspension(String agentId) {
        return """
                {"eventId":"#","type":"agent.suspended","agentId":"%1$s","outcome":"success",
                 "timestamp":"%2$s","requestId":"by-hand","data":{"agentId":"%1$s","revision":2,
                 "epoch":2,"status":"suspended","agentType":"screener","deploymentEnv":"staging",
                 "capabilities":["data:*"],"scopes":[],"changes":{}}}
                """
                .formatted(agentId, Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    private void assertToldOnce(Member member, String... actions) throws Exception {
        assertThat(Sql.selectAll(
                        database,
                        "SELECT action FROM audit.audit_events WHERE agent_id = '" + member.id() + "' AND action IN ('"
                                + String.join("','", actions) + "')"))
                .containsExactlyInAnyOrderElementsOf(List.of(actions));
    }
}
