package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.config.ConfigurationException;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.OutboxEntry;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.Rounds;
import ai.sentryagent.idp.schema.tokens.KeyStatus;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that this instance holds, and the one with which it signs: the youngest of those whose time has come by the
 * table, which all instances share. Each says again and again until when tokens of its key can live; a key leaves the ring
 * when nobody has said so for that long, which is after its last token.
 *
 * <p>Belongs to one event loop.
 */
final class KeyRing {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRing.class);

    static final Duration RENEW_EVERY = Duration.ofSeconds(30);
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final ServiceRuntime runtime;
    private final ServiceVerticle.Store store;
    private final SigningKeyTable table;
    private final SigningRules rules;
    private final SigningKey given;
    private final Map<String, Optional<SigningKey>> held = new HashMap<>();
    private @Nullable SigningKey current;
    private boolean withdrawn;
    private boolean blind;

    KeyRing(ServiceRuntime runtime, ServiceVerticle.Store store, SigningKeyTable table, SigningRules rules) {
        this.runtime = runtime;
        this.store = store;
        this.table = table;
        this.rules = rules;
        this.given = Objects.requireNonNull(rules.key());
    }

    /** With what this instance signs at this moment; empty when it holds none whose time has come and that has not been withdrawn. */
    Optional<SigningKey> current() {
        return Optional.ofNullable(current);
    }

    /**
     * Puts the key that this instance was given into the ring: it signs at once where it is the first, else after it has been
     * published for long enough. One that follows another is audited as key.rotated. One that is known comes back only where
     * private keys are not kept, for there it is all that the instance holds; elsewhere the ring has gone on without it, and
     * whether this instance can open what it went on with shows when it looks.
     */
    Future<Void> join() {
        held.put(given.kid(), Optional.of(given));
        return store.outbox()
                .commit(transaction -> table.lock(transaction)
                        .compose(ever -> table.ring(transaction).compose(ring -> join(transaction, ever, ring))))
                .compose(joined -> look());
    }

    private Future<Change<Boolean>> join(SqlConnection transaction, List<StoredKey> ever, List<StoredKey> ring) {
        boolean first = ever.stream().allMatch(key -> key.status() == KeyStatus.WITHDRAWN);
        NewKey key = rules.newKey(given, first ? Duration.ZERO : rules.publishedFor(), runtime.random());
        KeyStatus known = status(ever);
        withdrawn = known == KeyStatus.WITHDRAWN;
        boolean comes = known == null || (!withdrawn && key.sealed() == null && status(ring) == null);
        Future<Void> done = Future.succeededFuture();
        if (known == null) {
            done = table.add(transaction, key);
        } else if (comes) {
            done = table.publishAgain(transaction, key);
        } else if (key.sealed() != null && (known == KeyStatus.CURRENT || known == KeyStatus.NEXT)) {
            done = table.seal(transaction, key);
        }
        return done.map(new Change<>(comes, comes && !ever.isEmpty() ? List.of(takesOver()) : List.of()));
    }

    private @Nullable KeyStatus status(List<StoredKey> keys) {
        return keys.stream()
                .filter(key -> key.kid().equals(given.kid()))
                .map(StoredKey::status)
                .findFirst()
                .orElse(null);
    }

    /**
     * Waits until this instance may sign. Only where private keys are not kept, or where it can open none of them, does it
     * hold none but its own, which may have to be published first or have left the ring: others sign meanwhile. Where nobody
     * else is there it signs at once, for no token at all would be worse than verifiers that must ask for the keys again.
     *
     * @param anotherIsThere whether another instance answers
     */
    Future<Void> untilItMaySign(Supplier<Future<Boolean>> anotherIsThere) {
        return Rounds.untilLast(() -> mayItSign(anotherIsThere));
    }

    private Future<Boolean> mayItSign(Supplier<Future<Boolean>> anotherIsThere) {
        if (current != null) {
            return Future.succeededFuture(true);
        }
        if (withdrawn) {
            return Future.failedFuture(nothingToSignWith());
        }
        return anotherIsThere
                .get()
                .compose(another -> another
                        ? runtime.vertx()
                                .timer(LOOK_EVERY.toMillis())
                                .compose(over -> look())
                                .map(false)
                        : signAtOnce());
    }

    private Future<Boolean> signAtOnce() {
        return store.outbox()
                .commit(transaction -> table.lock(transaction)
                        .compose(ever -> table.ring(transaction).compose(ring -> signAtOnce(transaction, ever, ring))))
                .compose(done -> look())
                .compose(seen ->
                        current == null ? Future.failedFuture(nothingToSignWith()) : Future.succeededFuture(true));
    }

    /** Somebody may have withdrawn the key meanwhile, or another instance that was given the same have done this before. */
    private Future<Change<Boolean>> signAtOnce(SqlConnection transaction, List<StoredKey> ever, List<StoredKey> ring) {
        KeyStatus there = status(ring);
        boolean hadLeft = there == null && status(ever) != KeyStatus.WITHDRAWN;
        if (!hadLeft && there != KeyStatus.NEXT) {
            return Future.succeededFuture(new Change<>(false, List.of()));
        }
        LOG.atWarn()
                .addKeyValue("kid", given.kid())
                .log(
                        "Signs with a key that verifiers may not know yet, as no other instance is there to sign meanwhile");
        NewKey key = rules.newKey(given, Duration.ZERO, runtime.random());
        return table.publishAgain(transaction, key)
                .compose(done -> key.sealed() == null ? Future.succeededFuture() : table.seal(transaction, key))
                .map(new Change<>(true, hadLeft ? List.of(takesOver()) : List.of()));
    }

    private static ConfigurationException nothingToSignWith() {
        return new ConfigurationException(
                List.of("JWT_PRIVATE_KEY is a key that has been withdrawn: make another, or set"
                        + " the KEY_ENCRYPTION_KEY with which the key was sealed that signs now"));
    }

    /** Sees which keys came and went. Where that fails no token can be issued either, as it could not be written down. */
    Future<Void> look() {
        return table.ring(store.database().client())
                .compose(this::see)
                .onSuccess(seen -> blind = false)
                .onFailure(failure -> {
                    if (!blind) {
                        LOG.atWarn()
                                .addKeyValue("cause", failure.getMessage())
                                .log("The signing keys cannot be read; those that are known stay");
                    }
                    blind = true;
                });
    }

    private Future<Void> see(List<StoredKey> ring) {
        ring.forEach(this::take);
        held.keySet()
                .removeIf(kid -> !kid.equals(given.kid())
                        && ring.stream().noneMatch(key -> key.kid().equals(kid) && key.sealed() != null));
        SigningKey before = current;
        current = ring.stream()
                .filter(key -> key.status() == KeyStatus.CURRENT || key.status() == KeyStatus.RETIRED)
                .flatMap(key -> held.getOrDefault(key.kid(), Optional.empty()).stream())
                .findFirst()
                .orElse(null);
        return Objects.equals(before, current) ? Future.succeededFuture() : renew();
    }

    /** Opens the private half of a key that was not seen before; what this instance cannot open it does not hold. */
    private void take(StoredKey key) {
        if (key.kid().equals(given.kid()) && key.algorithm() != given.algorithm()) {
            throw new ConfigurationException(List.of("JWT_ALGORITHM is another than that with which JWT_PRIVATE_KEY was"
                    + " published, " + key.algorithm() + ": another algorithm takes another key"));
        }
        Buffer sealed = key.sealed();
        if (sealed == null || held.containsKey(key.kid()) || rules.seal().isEmpty()) {
            return;
        }
        Optional<String> opened = rules.seal().get().open(key.kid(), sealed.getBytes());
        held.put(key.kid(), opened.map(SigningKey::parse));
        if (opened.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("kid", key.kid())
                    .log("A signing key was sealed with another KEY_ENCRYPTION_KEY; this instance cannot sign with it");
        }
    }

    /** A key that is not renewed for long leaves the ring while it signs, so each failure is told. */
    Future<Void> renew() {
        if (current == null) {
            LOG.atError().log("This instance holds no key that may sign now");
            return Future.succeededFuture();
        }
        String kid = current.kid();
        return table.renew(store.database().client(), kid, rules.verifiableFor())
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("kid", kid)
                        .addKeyValue("cause", failure.getMessage())
                        .log("The signing key was not renewed"));
    }

    private OutboxEntry takesOver() {
        Caller system = Caller.system(runtime.ids().get().toString());
        return store.outbox()
                .fact(
                        TokenEvents.KEY_ROTATED,
                        null,
                        Outcome.SUCCESS,
                        system,
                        new TokenEvents.KeyRotated(given.kid(), List.of()));
    }
}
