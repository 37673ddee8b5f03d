package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.Management.Agent;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.cluster.Link;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Credentials that are over stand in nobody's way. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ExpiredCredentialsTest {
    private static final int MANY = 30_000;

    /** What an authentication reads: 200 at most of the one client, and a few for what it leads to. */
    private static final int FEW = 250;

    /** Bytes between us and Postgres: 200 credentials, and capabilities of 13 kB a few times rather than 200 times. */
    private static final long LITTLE = 400_000;

    private final String database = TestServers.freshDatabase();
    private final Link link = Link.open(FreePort.next(), URI.create(database).getPort());
    private final RunningProduct product = RunningProduct.start(Map.of(
            "DATABASE_URL", database.replace(":" + URI.create(database).getPort() + "/", ":" + link.port() + "/")));
    private final Cast cast = Cast.on(product);

    ExpiredCredentialsTest() throws IOException {}

    @AfterAll
    void stop() throws IOException {
        product.close();
        link.close();
    }

    @Test
    void howeverManyNewerOnesHaveExpiredALiveSecretIsRight() throws Exception {
        Member member = cast.member();
        leave(member, 300, "now() - interval '1 minute'", "NULL");
        assertThat(cast.ask(member).status()).isEqualTo(200);
    }

    @Test
    void howeverManyHaveExpiredADecommissionedAgentIsToldWhatItIs() throws Exception {
        Member member = cast.member();
        leave(member, 300, "now() - interval '1 minute'", "NULL");
        assertThat(cast.decommission(member).status()).isEqualTo(204);
        assertThat(cast.ask(member).text("error")).isEqualTo("unauthorized_client");
    }

    /** Beside many clients of which none has many, so that it is no average client that has them. */
    @Test
    void howeverManyAreOverAnAuthenticationReadsFew() throws Exception {
        Member member = cast.member();
        Sql.update(
                database,
                """
                WITH others AS (
                    INSERT INTO credentials.clients
                        (client_id, revision, epoch, status, agent_type, deployment_env, capabilities, scopes)
                    SELECT gen_random_uuid(), 1, 1, 'active', 'custom', 'staging', '{}', '{}'
                    FROM generate_series(1, 10000)
                    RETURNING client_id
                )
                INSERT INTO credentials.credentials (credential_id, client_id, secret_hash, epoch, created_at)
                SELECT gen_random_uuid(), client_id, 'x', 1, now() FROM others, generate_series(1, 2)
                """);
        leave(member, MANY, "now() - n * interval '1 second'", "NULL");
        leave(member, MANY, "NULL", "now() - n * interval '1 second'");
        Sql.update(database, "ANALYZE credentials.credentials");
        Patience.until("one that read few", () -> readByAnAuthentication(member), read -> read < FEW);
    }

    @Test
    void whatALongListOfCapabilitiesTakesIsNotTakenForEachCredential() throws Exception {
        ObjectNode registration = Management.registration();
        ArrayNode capabilities = registration.withArray("capabilities");
        IntStream.range(0, 99)
                .mapToObj(i -> "r".repeat(64) + ":" + "%064d".formatted(i))
                .forEach(capabilities::add);
        Agent agent = new Management(product, cast.admin()).register(registration);
        Member member = new Member(agent.id(), agent.credentialId(), agent.secret());
        leave(member, 300, "now() - interval '1 minute'", "NULL");
        long before = link.carried();
        assertThat(cast.ask(member).status()).isEqualTo(200);
        assertThat(link.carried() - before).isLessThan(LITTLE);
    }

    @Test
    void theEndOfAnAgentRevokesWhatWasActiveAndLeavesWhatWasOver() throws Exception {
        Member member = cast.member();
        leave(member, MANY, "now() - interval '1 minute'", "NULL");
        leave(member, MANY, "NULL", "now() - interval '1 minute'");
        leave(member, 98, "now() + interval '1 hour'", "NULL");
        assertThat(cast.decommission(member).status()).isEqualTo(204);
        assertThat(listed(member, "active")).isZero();
        assertThat(listed(member, "expired")).isEqualTo(MANY);
        assertThat(listed(member, "revoked")).isEqualTo(MANY + 99);
        new AuditTrail(new Management(product, cast.admin()))
                .of(member.id(), "credential.revoked", facts -> facts.size() == 99);
    }

    /** Puts credentials beside the member's own. */
    private void leave(Member member, int count, String expiresAt, String revokedAt) throws SQLException {
        Sql.update(
                database,
                """
                INSERT INTO credentials.credentials
                    (credential_id, client_id, secret_hash, secret_mac, epoch, created_at, expires_at, revoked_at)
                SELECT ('ffffffff' || substr(gen_random_uuid()::text, 9))::uuid, client_id, secret_hash, 'another', 1,
                    now(), %s, %s
                FROM credentials.credentials, generate_series(1, %d) AS n WHERE credential_id = '%s'
                """
                        .formatted(expiresAt, revokedAt, count, member.credentialId()));
    }

    /**
     * How many credentials the database reads for one. Its connections tell what they have read later, some after ten seconds,
     * so among it may be what was asked before.
     */
    private long readByAnAuthentication(Member member) throws SQLException {
        long before = read();
        int asked = 0;
        do {
            assertThat(cast.ask(member).status()).isEqualTo(200);
            asked++;
        } while (read() == before);
        return (read() - before) / asked;
    }

    private int listed(Member member, String status) {
        Reply page = product.json("GET", member.credentials() + "?status=" + status, cast.admin(), "");
        return page.json().path("total").asInt();
    }

    /** How many credentials the database has read. */
    private long read() throws SQLException {
        return Sql.number(
                database,
                "SELECT seq_tup_read + coalesce(idx_tup_fetch, 0) FROM pg_stat_user_tables"
                        + " WHERE schemaname = 'credentials' AND relname = 'credentials'");
    }
}
