package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.RedisTalk;
import ai.sentryagent.idp.standalone.dev.TestServers;
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
