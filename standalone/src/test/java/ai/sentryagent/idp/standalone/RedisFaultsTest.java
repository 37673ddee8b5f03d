package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.RunningProduct.Reply;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.Frozen;
import ai.sentryagent.idp.standalone.dev.RedisTalk;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Redis emptied, gone, or silent. Whatever happens to it, no revoked token is accepted at any moment. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class RedisFaultsTest {
    private final EmbeddedRedisServer redis = TestServers.newRedisServer();
    private final String database = TestServers.freshDatabase();
    private final Outboxes outboxes = new Outboxes(database);
    private final RunningProduct product =
            RunningProduct.start(Map.of("DATABASE_URL", database, "REDIS_URL", redis.url()));
    private final Cast cast = Cast.on(product);

    /** Tokens that died in each of the ways there are, with those who bear them, and one that lives. */
    private final Member revoked = cast.member();

    private final Member suspended = cast.member();
    private final Member living = cast.member();
    private final String revokedToken = cast.token(revoked);
    private final String suspendedToken = cast.token(suspended);
    private final String livingToken = cast.token(living);

    @BeforeAll
    void killSome() {
        assertThat(cast.revoke(revokedToken).status()).isEqualTo(200);
        assertThat(cast.suspend(suspended).status()).isEqualTo(200);
    }

    @AfterAll
    void stop() {
        product.close();
    }

    @Test
    void noRevokedTokenIsAcceptedWhileRedisIsEmptiedAgainAndAgain() throws Exception {
        // so many other marks that a filling takes a while, and can be disturbed
        Sql.update(
                database,
                """
                INSERT INTO tokens.revocations (kind, id, epoch, expires_at)
                SELECT 'credential', gen_random_uuid(), 2, now() + interval '1 hour' FROM generate_series(1, 6000)
                """);
        Crowd dead = new Crowd();
        Crowd alive = new Crowd();
        Crowd introspection = new Crowd();
        try (dead;
                alive;
                introspection) {
            dead.keepAsking(1, () -> cast.bear(revoked, revokedToken));
            dead.keepAsking(1, () -> cast.bear(suspended, suspendedToken));
            alive.keepAsking(1, () -> cast.bear(living, livingToken));
            introspection.keepAsking(1, () -> cast.introspect(suspendedToken));
            for (int i = 0; i < 2; i++) {
                flush();
                Patience.until("the first marks", () -> Integer.parseInt(size().substring(1)) > 500);
                flush();
                cast.untilHealthy();
                dead.untilMore(20, 401);
            }
        }
        assertThat(dead.statuses()).containsExactly(401);
        assertThat(alive.statuses()).containsExactly(200);
        assertThat(introspection.replies())
                .noneMatch(reply -> reply.json().path("active").asBoolean());
    }

    @Test
    void healthSaysThatAnEmptiedRedisIsNotFilledYet() throws Exception {
        cast.untilHealthy();
        try (Connection lock = Sql.hold(database, "LOCK TABLE tokens.revocations")) {
            flush();
            Reply health = cast.untilSick();
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.text("redis")).isEqualTo("disconnected");
            assertThat(health.text("postgres")).isEqualTo("connected");
            assertThat(cast.readiness()).isEqualTo(200);
            lock.rollback();
        }
        cast.untilHealthy();
        assertThat(mark(revokedToken)).isEqualTo(":1");
    }

    @Test
    void whileRedisIsAwayRequestsGoOnAndWhatIsRevokedIsDeadAtOnceAndStaysSo() throws Exception {
        Member late = cast.member();
        Member laterSuspended = cast.member();
        Member laterGone = cast.member();
        Member lostCredential = cast.member();
        String lateToken = cast.token(late);
        String laterSuspendedToken = cast.token(laterSuspended);
        String laterGoneToken = cast.token(laterGone);
        String lostCredentialToken = cast.token(lostCredential);

        redis.close();
        Reply health = cast.untilSick();
        assertThat(health.status()).isEqualTo(503);
        assertThat(health.text("redis")).isEqualTo("disconnected");
        assertThat(cast.readiness()).isEqualTo(200);
        assertThat(cast.bear(living, livingToken).status()).isEqualTo(200);
        assertThat(cast.bear(revoked, revokedToken).status()).isEqualTo(401);
        assertThat(cast.bear(suspended, suspendedToken).status()).isEqualTo(401);
        assertThat(cast.ask(living).status()).isEqualTo(200);
        assertThat(product.json("PATCH", living.path(), cast.admin(), "{\"status\":\"active\"}")
                        .status())
                .as("it was never suspended, and nothing of it has to die")
                .isEqualTo(200);

        List<Reply> stored = Crowd.together(List.of(
                () -> cast.revoke(lateToken),
                () -> cast.suspend(laterSuspended),
                () -> cast.decommission(laterGone),
                () -> product.json("DELETE", lostCredential.credential(), cast.admin(), "")));
        assertThat(stored).extracting(Reply::status).containsExactly(503, 202, 202, 202);
        assertThat(stored).allMatch(reply -> reply.headers().containsKey("retry-after"));
        assertDead(late, lateToken);
        assertDead(laterSuspended, laterSuspendedToken);
        assertDead(laterGone, laterGoneToken);
        assertDead(lostCredential, lostCredentialToken);
        assertThat(cast.suspend(laterSuspended).status())
                .as("not everywhere yet")
                .isEqualTo(202);

        TestServers.restart(redis);
        cast.untilHealthy();
        assertThat(mark(lateToken)).isEqualTo(":1");
        assertDead(late, lateToken);
        assertDead(laterSuspended, laterSuspendedToken);
        assertDead(laterGone, laterGoneToken);
        assertDead(lostCredential, lostCredentialToken);
        assertThat(cast.bear(living, livingToken).status()).isEqualTo(200);
        assertThat(cast.revoke(lateToken).status()).isEqualTo(200);
        assertThat(cast.suspend(laterSuspended).status()).isEqualTo(200);
        outboxes.untilEmpty();
    }

    @Test
    void whileRedisIsAwayManySuspensionsTakeHoldAsSoonAsOne() throws Exception {
        List<Member> many = Stream.generate(cast::member).limit(60).toList();
        List<String> tokens = many.stream().map(cast::token).toList();
        redis.close();
        cast.untilSick();

        List<Reply> stored = Crowd.together(many.stream()
                .map(member -> (Callable<Reply>) () -> cast.suspend(member))
                .toList());
        assertThat(stored).extracting(Reply::status).containsOnly(202);
        List<Reply> borne = IntStream.range(0, many.size())
                .mapToObj(i -> cast.bear(many.get(i), tokens.get(i)))
                .toList();
        assertThat(borne).extracting(Reply::status).containsOnly(401);
        assertThat(tokens.stream().map(cast::introspect))
                .noneMatch(reply -> reply.json().path("active").asBoolean());

        TestServers.restart(redis);
        cast.untilHealthy();
        outboxes.untilEmpty();
    }

    @Test
    void aSilentRedisHoldsNobodyUpAndIsFoundAgainWhenItSpeaks() throws Exception {
        Member late = cast.member();
        String token = cast.token(late);
        Frozen frozen = TestServers.freeze(redis);
        try (frozen) {
            assertThat(cast.revoke(token).status()).isEqualTo(503);
            // each would take half a second if each waited for Redis, and the test would be out of time
            for (int i = 0; i < 200; i++) {
                assertThat(cast.bear(living, livingToken).status()).isEqualTo(200);
                assertThat(cast.bear(late, token).status()).isEqualTo(401);
            }
            assertThat(cast.suspend(late).status()).isEqualTo(202); // long enough for attempts to connect to fail
            assertThat(cast.untilSick().text("redis")).isEqualTo("disconnected");
        }
        cast.untilHealthy();
        assertThat(mark(token)).isEqualTo(":1");
        assertDead(late, token);
        outboxes.untilEmpty();
    }

    @Test
    void withoutRedisFromTheStartLocalSharesKeepTheRateLimit() throws IOException {
        EmbeddedRedisServer gone = TestServers.newRedisServer();
        gone.close();
        RunningProduct limited = RunningProduct.start(Map.of("REDIS_URL", gone.url(), "RATE_LIMIT_MAX_REQUESTS", "20"));
        try {
            List<Reply> replies = IntStream.range(0, 60)
                    .mapToObj(i -> limited.json("GET", "/.well-known/jwks.json", "", ""))
                    .toList();
            assertThat(replies).filteredOn(reply -> reply.status() == 200).hasSizeBetween(1, 20);
            assertThat(replies)
                    .filteredOn(reply -> reply.status() == 429)
                    .hasSizeGreaterThanOrEqualTo(40)
                    .allMatch(reply -> reply.headers().containsKey("retry-after"));
            List<Reply> guesses = IntStream.range(0, 60)
                    .mapToObj(i -> limited.token("nobody", "wrong", ""))
                    .toList();
            assertThat(guesses).extracting(Reply::status).containsOnly(401, 429);
            assertThat(guesses).filteredOn(reply -> reply.status() == 401).hasSizeBetween(1, 20);
        } finally {
            limited.close();
        }
    }

    private void assertDead(Member member, String token) {
        assertThat(cast.bear(member, token).status()).isEqualTo(401);
        assertThat(cast.introspect(token).json().path("active").asBoolean()).isFalse();
    }

    private void flush() throws IOException {
        assertThat(RedisTalk.ask(redis.url(), "FLUSHALL")).isEqualTo("+OK");
    }

    private String size() throws IOException {
        return RedisTalk.ask(redis.url(), "DBSIZE");
    }

    private String mark(String token) throws IOException {
        return RedisTalk.ask(redis.url(), "EXISTS agentidp:revoked:token:" + Cast.jti(token));
    }
}
