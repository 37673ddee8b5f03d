package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.EmbeddedPostgresServer;
import ai.sentryagent.idp.standalone.dev.Frozen;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Postgres restarted or silent: what needs it is told to try again, and nothing that was acknowledged is lost. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class PostgresFaultsTest {
    private final EmbeddedPostgresServer postgres = TestServers.newPostgresServer();
    private final Outboxes outboxes = new Outboxes(postgres.url());
    private final RunningProduct product = RunningProduct.start(
            Map.of("DATABASE_URL", postgres.url(), "MAX_AGENTS", "0", "MAX_TOKENS_PER_MONTH", "0"));
    private final Cast cast = Cast.on(product);

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void nothingAcknowledgedIsLostWhenPostgresIsRestartedUnderLoad() throws Exception {
        Member member = cast.member();
        String living = cast.token(member);
        Crowd issuing = new Crowd();
        Crowd registering = new Crowd();
        Crowd introspecting = new Crowd();
        try (issuing;
                registering;
                introspecting) {
            issuing.keepAsking(4, () -> cast.ask(member));
            registering.keepAsking(2, () -> cast.register(UUID.randomUUID() + "@load.example"));
            introspecting.keepAsking(2, () -> cast.introspect(living));
            issuing.untilMore(50, 200);
            TestServers.restart(postgres);
            issuing.untilMore(50, 200);
            registering.untilMore(5, 201);
            introspecting.untilMore(5, 200);
        }
        assertRefusedOnlyForAWhile(issuing, 200);
        assertRefusedOnlyForAWhile(registering, 201);
        assertRefusedOnlyForAWhile(introspecting, 200);
        assertThat(introspecting.replies())
                .filteredOn(reply -> reply.status() == 200)
                .allMatch(reply -> reply.json().path("active").asBoolean());

        outboxes.untilEmpty();
        List<String> issued = Sql.selectAll(
                postgres.url(), "SELECT metadata ->> 'jti' FROM audit.audit_events WHERE action = 'token.issued'");
        assertThat(issued).doesNotHaveDuplicates();
        assertThat(issued)
                .containsAll(text(issuing, "access_token").map(Cast::jti).toList());
        List<String> created =
                Sql.selectAll(postgres.url(), "SELECT agent_id FROM audit.audit_events WHERE action = 'agent.created'");
        assertThat(created).doesNotHaveDuplicates();
        List<String> acknowledged = text(registering, "agentId").toList();
        assertThat(created).containsAll(acknowledged);
        assertThat(Sql.selectAll(postgres.url(), "SELECT agent_id FROM agents.agents"))
                .containsAll(acknowledged);
        assertThat(Sql.selectAll(postgres.url(), "SELECT client_id FROM credentials.clients"))
                .containsAll(acknowledged);
        assertThat(product.json("GET", "/api/v1/audit/verify", cast.admin(), "")
                        .json()
                        .path("verified")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void aSilentPostgresIsAnsweredWithTryAgainAndEverythingGoesOnWhenItSpeaks() throws Exception {
        Member member = cast.member();
        String token = cast.token(member);
        Frozen frozen = TestServers.freeze(postgres);
        try (frozen) {
            List<Reply> replies = Crowd.together(List.of(
                    () -> cast.ask(member),
                    () -> cast.introspect(token),
                    () -> cast.revoke(token),
                    () -> product.json("GET", member.path(), cast.admin(), ""),
                    cast::untilSick));
            assertThat(replies).extracting(Reply::status).containsOnly(503);
            assertThat(replies).allMatch(reply -> reply.headers().containsKey("retry-after"));
            assertThat(replies.get(4).text("postgres")).isEqualTo("disconnected");
            assertThat(cast.readiness()).isEqualTo(503);
            Reply keys = product.json("GET", "/.well-known/jwks.json", "", "");
            assertThat(keys.status())
                    .as("who verifies elsewhere may begin meanwhile")
                    .isEqualTo(200);
            assertThat(keys.json().path("keys")).isNotEmpty();
            // keys are asked for once a second at most, so the first answer may still come from those of a moment ago
            String unknown = ofAnUnknownKey(token);
            Patience.until(
                    "no judgement without keys",
                    () -> product.json("GET", member.path(), unknown, ""),
                    reply -> reply.status() == 503);
        }
        cast.untilHealthy();
        assertThat(cast.ask(member).status()).isEqualTo(200);
        assertThat(cast.member().id()).isNotEmpty();
        outboxes.untilEmpty();
    }

    @Test
    void aTableThatGetsAColumnUnderUsFailsNothingForGood() throws Exception {
        Member member = cast.member();
        String path = "/api/v1/agents/" + member.id();
        for (int known = 0; known < 20; known++) { // on each connection
            assertThat(product.json("GET", path, cast.admin(), "").status()).isEqualTo(200);
        }
        Sql.update(postgres.url(), "ALTER TABLE agents.agents ADD COLUMN of_the_next_version text");
        List<Integer> statuses = Stream.generate(
                        () -> product.json("GET", path, cast.admin(), "").status())
                .limit(40)
                .distinct()
                .toList();
        assertThat(statuses).contains(200).isSubsetOf(200, 503);
        assertThat(product.json("GET", path, cast.admin(), "").status()).isEqualTo(200);
    }

    @Test
    void whatWaitsForALockTakesNoConnectionFromTokens() throws Exception {
        Member member = cast.member();
        try (Connection held = Sql.hold(postgres.url(), "LOCK TABLE tokens.signing_keys")) {
            Patience.until(
                    "the keys have been looked for in vain as often as there are connections",
                    () -> waiting("coalesce(max(extract(epoch FROM now() - query_start)), 0)::bigint"),
                    seconds -> seconds >= 8);
            assertThat(waiting("count(*)")).isBetween(1L, 5L);
            assertThat(cast.ask(member).status()).isEqualTo(200);
            held.rollback();
        }
    }

    @Test
    void thoseWhoAreToldToTryAgainAreNotToldToDoSoTogether() throws Exception {
        Member member = cast.member();
        Frozen frozen = TestServers.freeze(postgres);
        try (frozen) {
            List<Reply> replies = Crowd.together(Collections.nCopies(32, () -> cast.ask(member)));
            assertThat(replies).extracting(Reply::status).containsOnly(503);
            assertThat(replies.stream()
                            .map(reply -> reply.header("retry-after"))
                            .distinct()
                            .toList())
                    .isSubsetOf("1", "2", "3", "4")
                    .hasSizeGreaterThan(1);
        }
        cast.untilHealthy();
    }

    private long waiting(String what) throws SQLException {
        return Sql.number(
                postgres.url(),
                "SELECT " + what
                        + " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND usename = 'agentidp_tokens'");
    }

    /** Nobody can tell whether it is forged while the keys cannot be had. */
    private static String ofAnUnknownKey(String token) {
        String header = "{\"typ\":\"at+jwt\",\"alg\":\"RS256\",\"kid\":\"not-known-yet\"}";
        return Base64.getUrlEncoder().withoutPadding().encodeToString(header.getBytes(StandardCharsets.UTF_8))
                + token.substring(token.indexOf('.'));
    }

    private static void assertRefusedOnlyForAWhile(Crowd crowd, int well) {
        assertThat(crowd.statuses()).isSubsetOf(well, 503);
        assertThat(crowd.replies()).filteredOn(reply -> reply.status() == 503).allMatch(reply -> reply.headers()
                .containsKey("retry-after"));
    }

    private static Stream<String> text(Crowd crowd, String member) {
        return crowd.replies().stream().filter(reply -> reply.status() < 300).map(reply -> reply.text(member));
    }
}
