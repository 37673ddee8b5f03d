package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.redis.RedisLink;
import ai.sentryagent.idp.runtime.token.AccessTokenVerifier;
import ai.sentryagent.idp.runtime.token.KeySet;
import ai.sentryagent.idp.schema.Bus;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ServiceHealth;
import ai.sentryagent.idp.schema.Subscriber;
import ai.sentryagent.idp.schema.tokens.TokenOperations;
import io.vertx.core.Future;
import io.vertx.ext.healthchecks.Status;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds token-service's work to the bus. */
final class TokenVerticle extends ServiceVerticle {
    private static final Duration LOOK_AT_REDIS_EVERY = Duration.ofSeconds(1);
    private static final Duration PURGE_AFTER = Duration.ofSeconds(2);
    private static final Duration PURGE_EVERY = Duration.ofMinutes(10);
    private static final Duration FORGET_MONTHS_EVERY = Duration.ofDays(1);

    private final TokenServiceConfig config;
    private @Nullable TokenSigner signer;
    private @Nullable RedisLink redis;

    TokenVerticle(TokenServiceConfig config, ServiceRuntime runtime) {
        super(runtime, "tokens", config.database());
        this.config = config;
    }

    @Override
    protected Future<?> bind(Store store) {
        SigningKeyTable keyTable = new SigningKeyTable();
        KeyRing ring = new KeyRing(runtime, store, keyTable, config.signing());
        TokenSigner signs = new TokenSigner(vertx, ring);
        RedisLink link = new RedisLink(vertx, runtime.random(), config.redis());
        signer = signs;
        redis = link;
        RevocationTable table = new RevocationTable();
        RedisMarks marks = new RedisMarks(link, store.database(), table, runtime);
        RevocationList revocations = new RevocationList(runtime, store, table, marks);
        KeyRotation rotation = new KeyRotation(runtime, store, keyTable, config.signing(), revocations);
        KeySet keys = new KeySet(vertx, rotation::publicKeys, runtime.clock());
        link.whenConnected(marks::connected);
        rotation.whenChanged(ring::look);
        every(LOOK_AT_REDIS_EVERY, marks::ensureFilled);
        every(KeySet.LOAD_EVERY, keys::load);
        every(KeyRing.LOOK_EVERY, ring::look);
        every(PURGE_AFTER, PURGE_EVERY, revocations::purge);
        every(PURGE_EVERY, rotation::forgetRetired);
        runtime.readiness()
                .register(
                        "signing", check -> check.tryComplete(ring.current().isPresent() ? Status.OK() : Status.KO()));
        return ring.join()
                .compose(joined -> ring.untilItMaySign(() -> anotherIsThere(store.bus())))
                .onSuccess(may -> every(KeyRing.RENEW_EVERY, ring::renew)) // which before would have nothing to renew
                .compose(joined -> Future.all(keys.load(), link.open(), signs.warmUp()))
                .compose(ready -> marks.ensureFilled())
                .compose(ready -> serve(
                        store,
                        new TokenIssuer(runtime, store, config.tokens(), config.monthlyQuota(), signs),
                        rotation,
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
            KeyRotation rotation,
            RedisMarks marks,
            RevocationList revocations,
            TokenInspector inspector) {
        every(PURGE_AFTER, FORGET_MONTHS_EVERY, issuer::purge);
        Bus bus = store.bus();
        return Future.all(List.of(
                Subscriber.TOKENS.serve(bus, revocations.handlers()::applyTogether),
                TokenOperations.ISSUE.serve(bus, issuer::issue),
                TokenOperations.INTROSPECT.serve(bus, inspector::introspect),
                TokenOperations.REVOKE.serve(bus, inspector::revoke),
                TokenOperations.STANDING.serve(bus, revocations::standing),
                TokenOperations.KEYS.serve(bus, (caller, question) -> rotation.publicKeys()),
                TokenOperations.RING.serve(bus, (caller, question) -> rotation.ring()),
                TokenOperations.ROTATE_KEY.serve(bus, rotation::rotate),
                TokenOperations.WITHDRAW_KEY.serve(bus, rotation::withdraw),
                TokenOperations.HEALTH.serve(
                        bus, (caller, question) -> store.database().answers().compose(up -> marks.areThere()
                                .map(there -> new ServiceHealth(up, there))))));
    }

    /** This instance does not answer itself: nothing of it is bound yet. */
    private Future<Boolean> anotherIsThere(Bus bus) {
        return TokenOperations.HEALTH
                .ask(bus, Caller.system("signing-keys"), new ServiceHealth.Question())
                .map(true)
                .otherwise(false);
    }

    @Override
    protected Future<?> release() {
        return Future.join(
                signer == null ? Future.succeededFuture() : signer.close(),
                redis == null ? Future.succeededFuture() : redis.close());
    }
}
