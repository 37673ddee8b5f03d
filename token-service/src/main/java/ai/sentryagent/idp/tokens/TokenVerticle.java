package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.token.AccessTokenVerifier;
import ai.sentryagent.idp.runtime.token.KeySet;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.ServiceHealth;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Binds token-service's work to the bus. */
final class TokenVerticle extends ServiceVerticle {
    private static final Duration LOOK_AT_REDIS_EVERY = Duration.ofSeconds(1);
    private static final Duration PURGE_EVERY = Duration.ofMinutes(10);

    private final TokenServiceConfig config;
    private @Nullable TokenSigner signer;
    private @Nullable RedisLink redis;

    TokenVerticle(TokenServiceConfig config, ServiceRuntime runtime) {
        super(runtime, "tokens", config.database());
        this.config = config;
    }

    @Override
    protected Future<?> bind(Store store) {
        SigningKey key = Objects.requireNonNull(config.key());
        TokenSigner signs = new TokenSigner(vertx, key);
        RedisLink link = new RedisLink(vertx, config.redis());
        signer = signs;
        redis = link;
        RevocationTable table = new RevocationTable();
        RedisMarks marks = new RedisMarks(link, store.database(), table, runtime);
        RevocationList revocations =
                new RevocationList(runtime, store, table, marks, config.tokens().timeToLive());
        KeyRing ring = new KeyRing(
                runtime, store, new SigningKeyTable(), key, config.tokens().timeToLive());
        KeySet keys = new KeySet(ring::keys, runtime.clock());
        link.whenConnected(marks::connected);
        vertx.setPeriodic(LOOK_AT_REDIS_EVERY.toMillis(), tick -> marks.ensureFilled());
        vertx.setPeriodic(KeyRing.RENEW_EVERY.toMillis(), tick -> ring.renew());
        vertx.setPeriodic(PURGE_EVERY.toMillis(), tick -> revocations.purge());
        return ring.join()
                .compose(joined -> Future.all(keys.load(), link.open(), signs.warmUp()))
                .compose(ready -> marks.ensureFilled())
                .compose(ready -> serve(
                        store,
                        new TokenIssuer(runtime, store, config.tokens(), config.monthlyQuota(), signs),
                        ring,
                        marks,
                        revocations,
                        new TokenInspector(
                                new AccessTokenVerifier(keys, config.tokens(), runtime.clock()),
                                revocations,
                                store.outbox())));
    }

    private Future<?> serve(
            Store store,
            TokenIssuer issuer,
            KeyRing ring,
            RedisMarks marks,
            RevocationList revocations,
            TokenInspector inspector) {
        Bus bus = store.bus();
        return Future.all(List.of(
                Subscriber.TOKENS.serve(bus, revocations.handlers()),
                TokenOperations.ISSUE.serve(bus, issuer::issue),
                TokenOperations.INTROSPECT.serve(bus, inspector::introspect),
                TokenOperations.REVOKE.serve(bus, inspector::revoke),
                TokenOperations.STANDING.serve(bus, revocations::standing),
                TokenOperations.KEYS.serve(bus, (caller, question) -> ring.keys()),
                TokenOperations.HEALTH.serve(
                        bus, (caller, question) -> store.database().answers().compose(up -> marks.areThere()
                                .map(there -> new ServiceHealth(up, there))))));
    }

    @Override
    protected Future<?> release() {
        return Future.join(
                signer == null ? Future.succeededFuture() : signer.close(),
                redis == null ? Future.succeededFuture() : redis.close());
    }
}
