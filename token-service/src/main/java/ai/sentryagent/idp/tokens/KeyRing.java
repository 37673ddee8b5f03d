package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.Outbox;
import ai.sentryagent.idp.runtime.outbox.OutboxEntry;
import ai.sentryagent.idp.runtime.postgres.Database;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.tokens.Jwks;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that may still verify a live token. Each instance says again and again until when tokens signed with its key can
 * live; a key leaves the ring when nobody has said so for that long. So a key that was replaced, one instance after the
 * other, stays for as long as its last token.
 */
final class KeyRing {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    static final Duration RENEW_EVERY = Duration.ofSeconds(30);

    /** Covers a renewal that fails now and then. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private final ServiceRuntime runtime;
    private final Database database;
    private final Outbox outbox;
    private final SigningKeyTable table;
    private final SigningKey key;
    private final Duration verifiableFor;

    KeyRing(
            ServiceRuntime runtime,
            ServiceVerticle.Store store,
            SigningKeyTable table,
            SigningKey key,
            Duration tokenTimeToLive) {
        this.runtime = runtime;
        this.database = store.database();
        this.outbox = store.outbox();
        this.table = table;
        this.key = key;
        this.verifiableFor = tokenTimeToLive.plus(MARGIN);
    }

    /** Puts this instance's key into the ring. A key that follows another one is audited as key.rotated. */
    Future<Void> join() {
        return outbox.commit(transaction -> table.any(transaction)
                        .compose(any -> table.renew(transaction, key, verifiableFor)
                                .map(isNew -> new Change<>(true, any && isNew ? List.of(rotated()) : List.of()))))
                .mapEmpty();
    }

    /** A key that is not renewed for long leaves the ring while it signs, so each failure is told. */
    Future<Void> renew() {
        return table.renew(database.client(), key, verifiableFor)
                .<Void>mapEmpty()
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("kid", key.kid())
                        .addKeyValue("cause", failure.getMessage())
                        .log("The signing key was not renewed"));
    }

    Future<Jwks> keys() {
        return table.verifiable(database.client()).map(Jwks::new);
    }

    private OutboxEntry rotated() {
        Caller system = Caller.system(runtime.ids().get().toString());
        return outbox.fact(
                TokenEvents.KEY_ROTATED, null, Outcome.SUCCESS, system, new TokenEvents.KeyRotated(key.kid()));
    }
}
