package ai.sentryagent.idp.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle.Store;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.config.DatabaseConfig;
import ai.sentryagent.idp.runtime.config.SecretText;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.tokens.KeyStatus;
import ai.sentryagent.idp.schema.tokens.SigningAlgorithm;
import ai.sentryagent.idp.standalone.Patience;
import ai.sentryagent.idp.standalone.dev.Sql;
import ai.sentryagent.idp.standalone.dev.TestServers;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.healthchecks.HealthChecks;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Instances that start at the same moment, on an empty database or when they hold no other key that could sign. */
final class FirstKeyTest {
    private static final String WAITING =
            """
            SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
            WHERE datname = current_database() AND NOT granted
            """;

    private static final String WAITS_FOR_LONG =
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'
              AND clock_timestamp() - xact_start > interval '2 seconds'
            """;

    private final String url = TestServers.freshDatabase();
    private final Vertx vertx = Vertx.vertx();
    private final SecureRandom random = new SecureRandom();
    private final SigningKeyTable table = new SigningKeyTable();
    private final Database database = Database.open(
                    vertx, random, new DatabaseConfig(new SecretText(url), Optional.empty()), "tokens")
            .await();

    @AfterEach
    void stop() {
        database.close().await();
        vertx.close().await();
        TestServers.drop(url);
    }

    @Test
    void bothSignWithTheKeyThatBothWereGiven() throws SQLException {
        SigningKey key = key();
        List<KeyRing> rings = joined(key, key);
        assertThat(rings)
                .allSatisfy(
                        ring -> assertThat(ring.current()).map(SigningKey::kid).contains(key.kid()));
        assertThat(table.ring(database.client()).await()).hasSize(1);
    }

    @Test
    void ofTwoKeysOneIsTheFirstAndTheOtherIsPublishedBeforeItSigns() throws SQLException {
        joined(key(), key());
        assertThat(table.ring(database.client()).await())
                .extracting(StoredKey::status)
                .containsExactly(KeyStatus.NEXT, KeyStatus.CURRENT);
    }

    /** Neither can open the one that signs. */
    @Test
    void theKeyThatBothFallBackToComesBackOnceAndIsKept() throws SQLException {
        SigningKey given = key();
        ring(given).join().await();
        Buffer foreign = Buffer.buffer("sealed with another");
        table.add(database.client(), new NewKey(key(), foreign, Duration.ZERO, Duration.ofHours(1)))
                .await();
        Sql.update(url, "UPDATE tokens.signing_keys SET verifiable_until = now() WHERE kid = '" + given.kid() + "'");
        Optional<KeySeal> seal = Optional.of(KeySeal.of("8c".repeat(32)));
        List<KeyRing> rings = List.of(ring(given, seal), ring(given, seal));
        for (KeyRing ring : rings) {
            ring.join().await();
            assertThat(ring.current()).isEmpty();
        }
        Future.join(rings.stream()
                        .map(ring -> ring.untilItMaySign(() -> Future.succeededFuture(false)))
                        .toList())
                .await();
        assertThat(rings)
                .allSatisfy(
                        ring -> assertThat(ring.current()).map(SigningKey::kid).contains(given.kid()));
        assertThat(Sql.number(url, "SELECT count(DISTINCT event_id) FROM tokens.outbox"))
                .isEqualTo(1);
        assertThat(table.key(database.client(), given.kid()).await().sealed()).isNotNull();
    }

    @Test
    void aKeyThatComesBackIsPublishedForLongEnoughFromWhenItCanBeSeen() throws SQLException {
        SigningKey key = key();
        ring(key()).join().await();
        ring(key).join().await();
        Sql.update(url, "UPDATE tokens.signing_keys SET verifiable_until = now() WHERE kid = '" + key.kid() + "'");
        Future<Void> joins;
        String released;
        try (Connection turn = Sql.hold(url, "LOCK TABLE tokens.signing_keys IN SHARE MODE")) {
            joins = ring(key).join();
            Patience.until("waits for long", () -> Sql.number(url, WAITS_FOR_LONG), waiting -> waiting == 1);
            released = Sql.select(url, "SELECT clock_timestamp()");
            turn.rollback();
        }
        joins.timeout(30, TimeUnit.SECONDS).await();
        assertThat(Sql.select(
                        url,
                        "SELECT signs_from - timestamptz '%s' >= interval '305 seconds' FROM tokens.signing_keys WHERE kid = '%s'"
                                .formatted(released, key.kid())))
                .isEqualTo("t");
    }

    /** Nobody answers, as whoever has withdrawn it has stopped. */
    @Test
    void aKeyThatIsWithdrawnWhileItWaitsNeverSigns() {
        ring(key()).join().await();
        SigningKey key = key();
        KeyRing ring = ring(key);
        ring.join().await();
        assertThatThrownBy(() -> ring.untilItMaySign(() -> table.withdraw(database.client(), List.of(key.kid()))
                                .map(false))
                        .await())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("KEY_ENCRYPTION_KEY");
        assertThat(table.key(database.client(), key.kid()).await().status()).isEqualTo(KeyStatus.WITHDRAWN);
    }

    /** Neither can write before both have come as far as they can. */
    private List<KeyRing> joined(SigningKey one, SigningKey other) throws SQLException {
        List<KeyRing> rings = Stream.of(one, other).map(this::ring).toList();
        try (Connection turn = Sql.hold(url, "LOCK TABLE tokens.signing_keys IN SHARE MODE")) {
            Future<?> both = Future.join(rings.stream().map(KeyRing::join).toList());
            Patience.until("both wait", () -> Sql.number(url, WAITING), waiting -> waiting == 2);
            turn.rollback();
            both.timeout(30, TimeUnit.SECONDS).await();
        }
        return rings;
    }

    private KeyRing ring(SigningKey key) {
        return ring(key, Optional.empty());
    }

    private KeyRing ring(SigningKey key, Optional<KeySeal> seal) {
        ServiceRuntime runtime = new ServiceRuntime(
                vertx,
                Clock.systemUTC(),
                UUID::randomUUID,
                random,
                HealthChecks.create(vertx),
                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                new AtomicBoolean(),
                new HashSet<>());
        Bus bus = Bus.on(vertx);
        SigningRules rules =
                new SigningRules(key, SigningAlgorithm.ES256, seal, Duration.ofMinutes(5), Duration.ofHours(1));
        return new KeyRing(runtime, new Store(database, new Outbox(runtime, bus, database), bus), table, rules);
    }

    private SigningKey key() {
        return SigningKey.generate(SigningAlgorithm.ES256, random);
    }
}
