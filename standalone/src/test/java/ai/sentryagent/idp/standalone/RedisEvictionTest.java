package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.RedisTalk;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.sql.Connection;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A Redis that throws keys away when it is full, as hosted ones often do, and one that takes no more. */
final class RedisEvictionTest {
    @Test
    void aRedisThatMayEvictAMarkIsNotBelievedAndHealthSaysSo() throws Exception {
        EmbeddedRedisServer redis = TestServers.newRedisServer();
        try (RunningProduct product = RunningProduct.start(Map.of("REDIS_URL", redis.url()))) {
            Cast cast = Cast.on(product);
            Member member = cast.member();
            String token = cast.token(member);
            assertThat(cast.revoke(token).status()).isEqualTo(200);
            assertThat(cast.health().status()).isEqualTo(200);

            RedisTalk.ask(redis.url(), "CONFIG SET maxmemory-policy volatile-lru");
            RedisTalk.ask(redis.url(), "CONFIG SET maxmemory 100mb");
            Patience.until("health names redis", cast::health, health -> health.status() == 503);
            RedisTalk.ask(redis.url(), "CONFIG SET maxmemory 1");
            RedisTalk.ask(redis.url(), "SET some thing");
            assertThat(cast.bear(member, token).status()).isEqualTo(401);

            RedisTalk.ask(redis.url(), "CONFIG SET maxmemory 0");
            Patience.until("health is well again", cast::health, health -> health.status() == 200);
            assertThat(cast.bear(member, token).status()).isEqualTo(401);
        }
    }

    /** One instance fills it while another finds that it cannot be believed: a mark may have been lost that the first passed. */
    @Test
    void aFillingDoesNotSpeakForWhatWasDistrustedMeanwhile() throws Exception {
        EmbeddedRedisServer redis = TestServers.newRedisServer();
        String database = TestServers.freshDatabase();
        Map<String, String> settings =
                Map.of("DATABASE_URL", database, "REDIS_URL", redis.url(), "ISSUER_URL", "http://localhost");
        CapturedLog log = CapturedLog.listening();
        try (RunningProduct one = RunningProduct.start(settings)) {
            Cast cast = Cast.on(one);
            cast.untilHealthy();
            try (Connection noMarks = Sql.hold(database, "LOCK TABLE tokens.revocations")) {
                RedisTalk.ask(redis.url(), "FLUSHALL");
                Patience.until("a filling", log::text, text -> text.split("Filling Redis", -1).length > 2);
                RedisTalk.ask(redis.url(), "CONFIG SET maxmemory-policy volatile-lru");
                RedisTalk.ask(redis.url(), "CONFIG SET maxmemory 100mb");
                try (RunningProduct other = RunningProduct.start(settings)) {
                    Patience.until("distrust", log::text, text -> text.contains("lets it evict revocation marks"));
                    RedisTalk.ask(redis.url(), "CONFIG SET maxmemory 0");
                    noMarks.rollback();
                    Patience.until(
                            "the end of the filling",
                            log::text,
                            text -> text.contains("did not take a mark, while it was filled"));
                    Cast.on(other).untilHealthy();
                }
            }
            cast.untilHealthy();
        } finally {
            log.ignore();
        }
    }

    /** Without a rate limit nothing but a mark would be written. */
    @Test
    void aRedisThatTakesNoMarkIsNotBelieved() throws Exception {
        EmbeddedRedisServer redis = TestServers.newRedisServer();
        try (RunningProduct product =
                RunningProduct.start(Map.of("REDIS_URL", redis.url(), "RATE_LIMIT_MAX_REQUESTS", "0"))) {
            Cast cast = Cast.on(product);
            Member member = cast.member();
            String token = cast.token(member);
            assertThat(cast.bear(member, token).status()).isEqualTo(200);

            RedisTalk.ask(redis.url(), "CONFIG SET maxmemory 1");
            assertThat(cast.suspend(member).status()).isEqualTo(202);
            assertThat(cast.bear(member, token).status()).isEqualTo(401);

            RedisTalk.ask(redis.url(), "CONFIG SET maxmemory 0");
            cast.untilHealthy();
            assertThat(cast.bear(member, token).status()).isEqualTo(401);
        }
    }
}
