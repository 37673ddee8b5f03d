package ai.sentryagent.idp.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ai.sentryagent.idp.standalone.Cast.Member;
import ai.sentryagent.idp.standalone.dev.EmbeddedRedisServer;
import ai.sentryagent.idp.standalone.dev.RedisTalk;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A million revocation marks: what it takes to have them in Redis, what they cost there, and how they go. */
@Tag("proof")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class MarksAtScaleTest {
    private static final long MARKS = Long.getLong("agentidp.marks", 1_000_000);
    private static final Duration FILLED_WITHIN = Duration.ofMinutes(2);
    private static final int BYTES_A_MARK = 200;
    private static final int HEAP_BYTES = 50_000_000;
    private static final int ASKED = 2_000;

    private final EmbeddedRedisServer redis = TestServers.newRedisServer();
    private final String database = TestServers.freshDatabase();
    private final Map<String, String> settings = Map.of("DATABASE_URL", database, "REDIS_URL", redis.url());

    @Test
    void aMillionMarksCostAnIntrospectionNoMoreThanAFew() throws Exception {
        try (RunningProduct few = RunningProduct.start(Map.of());
                RunningProduct many = RunningProduct.start(settings)) {
            Asking withFew = Asking.on(few);
            Asking withMany = Asking.on(many);
            fill(withMany);
            assertThat(ratio("introspection", withFew, withMany, Asking::introspect))
                    .isLessThan(1.2);
            assertThat(ratio("a bearer token", withFew, withMany, Asking::bear)).isLessThan(1.2);
        }
        purge();
    }

    /** Who bears a token that lives, and one that does not. */
    private record Asking(Cast cast, Member member, String living, String dead) {
        static Asking on(RunningProduct product) {
            Cast cast = Cast.on(product);
            Member member = cast.member();
            String dead = cast.token(member);
            assertThat(cast.revoke(dead).status()).isEqualTo(200);
            return new Asking(cast, member, cast.token(member), dead);
        }

        int introspect() {
            return cast.introspect(living).status();
        }

        int bear() {
            return cast.bear(member, living).status();
        }

        /** One more token is revoked, and dead with the answer; the other two are what they were. */
        double revoke() {
            String late = cast.token(member);
            double time = timed(this, asking -> asking.cast.revoke(late).status());
            assertThat(cast.bear(member, late).status()).isEqualTo(401);
            assertThat(cast.bear(member, dead).status()).isEqualTo(401);
            assertThat(bear()).isEqualTo(200);
            return time;
        }
    }

    private void fill(Asking asking) throws Exception {
        long memory = memoryOfRedis();
        long heap = heap();
        Sql.update(
                database,
                "INSERT INTO tokens.revocations (kind, id, epoch, expires_at)"
                        + " SELECT 'token', gen_random_uuid(), 1, now() + interval '1 hour' FROM generate_series(1, "
                        + MARKS + ")");
        assertThat(RedisTalk.ask(redis.url(), "FLUSHALL")).isEqualTo("+OK");
        long begun = System.nanoTime();
        List<Double> revoked = new ArrayList<>();
        asking.cast().untilSick();
        while (asking.cast().health().status() != 200) {
            revoked.add(asking.revoke());
            assertThat(System.nanoTime() - begun).isLessThan(FILLED_WITHIN.toNanos());
        }
        say("%,d marks are in Redis after %.1f s; meanwhile %s"
                .formatted(MARKS, (System.nanoTime() - begun) / 1e9, summary("a revocation", revoked)));
        double each = (memoryOfRedis() - memory) / (double) MARKS;
        long more = heap() - heap;
        say("each takes %.0f bytes of Redis; the heap has %,d bytes more".formatted(each, more));
        assertThat(revoked).isNotEmpty();
        assertThat(each).isLessThan(BYTES_A_MARK);
        assertThat(more).isLessThan(HEAP_BYTES);
    }

    /** Of the median times. The two are asked in turn, so that whatever else the machine does meets both. */
    private static double ratio(String what, Asking few, Asking many, ToIntFunction<Asking> asked) {
        List<Double> withFew = new ArrayList<>();
        List<Double> withMany = new ArrayList<>();
        for (int i = 0; i < 2 * ASKED; i++) {
            double one = timed(few, asked);
            double other = timed(many, asked);
            if (i >= ASKED) { // the first half warms both
                withFew.add(one);
                withMany.add(other);
            }
        }
        say("with few marks " + summary(what, withFew));
        say("with many " + summary(what, withMany));
        return percentile(withMany, 50) / percentile(withFew, 50);
    }

    /** A third has expired, which a token-service deletes soon after it has started. */
    private void purge() throws Exception {
        Sql.update(
                database,
                "UPDATE tokens.revocations SET expires_at = now() - interval '1 second' WHERE id <"
                        + " '55555555-0000-0000-0000-000000000000'");
        String expired = "SELECT count(*) FROM tokens.revocations WHERE expires_at <= now()";
        String living = "SELECT count(*) FROM tokens.revocations WHERE expires_at > now()";
        long before = Sql.number(database, expired);
        long kept = Sql.number(database, living);
        assertThat(before).isGreaterThan(MARKS / 4);
        try (RunningProduct product = RunningProduct.start(settings)) {
            Asking asking = Asking.on(product);
            List<Double> revoked = new ArrayList<>();
            Patience.until("the first are deleted", () -> Sql.number(database, expired), left -> left < before);
            long begun = System.nanoTime();
            do {
                revoked.add(asking.revoke());
            } while (Sql.number(database, expired) > 0);
            say("%,d expired marks are deleted after %.1f s; meanwhile %s"
                    .formatted(before, (System.nanoTime() - begun) / 1e9, summary("a revocation", revoked)));
            assertThat(Sql.number(database, living)).isEqualTo(kept + revoked.size() + 1);
        }
    }

    /** In milliseconds. */
    private static double timed(Asking asking, ToIntFunction<Asking> asked) {
        long begun = System.nanoTime();
        int status = asked.applyAsInt(asking);
        double time = (System.nanoTime() - begun) / 1e6;
        assertThat(status).isEqualTo(200);
        return time;
    }

    private static String summary(String what, List<Double> times) {
        return "%s takes %.2f ms (p50), %.2f ms (p99), of %d"
                .formatted(what, percentile(times, 50), percentile(times, 99), times.size());
    }

    private static double percentile(List<Double> values, int percent) {
        return values.stream().sorted().toList().get(values.size() * percent / 100);
    }

    private long memoryOfRedis() throws IOException {
        String answer = RedisTalk.ask(
                redis.url(),
                "EVAL \"return tonumber(string.match(redis.call('INFO', 'memory'), 'used_memory:([0-9]+)'))\" 0");
        return Long.parseLong(answer.substring(1));
    }

    private static long heap() {
        ManagementFactory.getMemoryMXBean().gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static void say(String what) {
        System.out.println("MARKS PROOF  " + what);
    }
}
