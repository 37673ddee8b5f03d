package ai.sentryagent.idp.tokens;

import ai.sentryagent.idp.runtime.Batcher;
import ai.sentryagent.idp.runtime.ServiceRuntime;
import ai.sentryagent.idp.runtime.ServiceVerticle;
import ai.sentryagent.idp.runtime.outbox.Change;
import ai.sentryagent.idp.runtime.outbox.Committed;
import ai.sentryagent.idp.schema.Caller;
import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.Outcome;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.tokens.Jwks;
import ai.sentryagent.idp.schema.tokens.KeyStatus;
import ai.sentryagent.idp.schema.tokens.Ring;
import ai.sentryagent.idp.schema.tokens.RingChange;
import ai.sentryagent.idp.schema.tokens.RingKey;
import ai.sentryagent.idp.schema.tokens.RotateKey;
import ai.sentryagent.idp.schema.tokens.SigningAlgorithm;
import ai.sentryagent.idp.schema.tokens.TokenEvents;
import ai.sentryagent.idp.schema.tokens.WithdrawKey;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Shows the keys, makes the next one, and ends one at once. */
final class KeyRotation {
    private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

    /** Every instance has seen the younger key by then. */
    private static final Duration RETIRED_FOR = Duration.ofMinutes(5);

    private final ServiceRuntime runtime;
    private final ServiceVerticle.Store store;
    private final SigningKeyTable table;
    private final SigningRules rules;
    private final RevocationList revocations;
    /** One reading at a time, which has begun after all who hear of it have asked. */
    private final Batcher<Boolean, Jwks> published;

    private Supplier<Future<Void>> whenChanged = Future::succeededFuture;
    private boolean isRotating;

    KeyRotation(
            ServiceRuntime runtime,
            ServiceVerticle.Store store,
            SigningKeyTable table,
            SigningRules rules,
            RevocationList revocations) {
        this.runtime = runtime;
        this.store = store;
        this.table = table;
        this.rules = rules;
        this.revocations = revocations;
        this.published = new Batcher<>(
                runtime.vertx(), askers -> readPublicKeys().map(keys -> Collections.nCopies(askers.size(), keys)));
    }

    /** What to do before a change is answered, such as to sign with what is new. */
    void whenChanged(Supplier<Future<Void>> task) {
        whenChanged = task;
    }

    Future<Ring> ring() {
        return table.ring(store.database().client())
                .map(ring -> new Ring(ring.stream().map(StoredKey::shown).toList()));
    }

    /** What verifiers need, with the one that signs next. Every gateway asks again and again, and anybody may. */
    Future<Jwks> publicKeys() {
        return published.add(true);
    }

    private Future<Jwks> readPublicKeys() {
        return table.published(store.database().client())
                .map(ring -> new Jwks(
                        ring.stream().map(StoredKey::jwk).toList(),
                        rules.maxAge().toSeconds()));
    }

    /** Fails with CONFLICT where no private key may be kept. */
    Future<RingChange> rotate(Caller caller, RotateKey request) {
        if (rules.seal().isEmpty()) {
            return Future.failedFuture(new ServiceException(
                    ErrorCode.CONFLICT,
                    "Keys are made here only where KEY_ENCRYPTION_KEY is set; else replace JWT_PRIVATE_KEY"));
        }
        if (isRotating) { // making a key takes a hundred signatures, and each emergency ends every token
            return Future.failedFuture(new ServiceException(ErrorCode.CONFLICT, "Another rotation is under way"));
        }
        isRotating = true;
        return Future.succeededFuture()
                .compose(begin -> rotateAlone(caller, request))
                .onComplete(done -> isRotating = false);
    }

    private Future<RingChange> rotateAlone(Caller caller, RotateKey request) {
        SigningAlgorithm algorithm = Objects.requireNonNullElse(request.algorithm(), rules.algorithm());
        boolean emergency = request.emergency();
        return table.ring(store.database().client())
                .compose(ring -> {
                    if (!emergency) {
                        requireNoneWaiting(ring);
                    }
                    return runtime.vertx()
                            .executeBlocking(() -> SigningKey.generate(algorithm, runtime.random()), false);
                })
                .compose(key -> store.outbox().commit(transaction -> table.lock(transaction)
                        .compose(ever -> add(transaction, ever, key, emergency))
                        .compose(withdrawn -> change(caller, transaction, key.kid(), key.kid(), withdrawn))))
                .compose(committed -> answer(committed, emergency));
    }

    private Future<List<String>> add(
            SqlConnection transaction, List<StoredKey> ever, SigningKey key, boolean emergency) {
        if (!emergency) {
            requireNoneWaiting(ever);
        }
        return table.add(transaction, newKey(key, emergency))
                .compose(added -> emergency ? withdraw(transaction, living(ever)) : Future.succeededFuture(List.of()));
    }

    private NewKey newKey(SigningKey key, boolean emergency) {
        return rules.newKey(key, emergency ? Duration.ZERO : rules.publishedFor(), runtime.random());
    }

    /** Fails with NOT_FOUND, and with CONFLICT where it was withdrawn before or nothing could sign without it. */
    Future<RingChange> withdraw(Caller caller, WithdrawKey request) {
        return store.outbox()
                .commit(transaction -> table.lock(transaction)
                        .compose(ever -> {
                            requireDispensable(ever, request.kid());
                            return withdraw(transaction, List.of(request.kid()));
                        })
                        .compose(withdrawn -> change(caller, transaction, request.kid(), null, withdrawn)))
                .compose(committed -> answer(committed, true));
    }

    /** Nobody signs any more with a key whose successor has signed for a while. */
    Future<Void> forgetRetired() {
        return store.database()
                .transaction(
                        transaction -> table.lock(transaction).compose(ever -> table.forget(transaction, RETIRED_FOR)))
                .onFailure(failure -> LOG.atWarn()
                        .addKeyValue("cause", failure.getMessage())
                        .log("Private keys that have retired were not deleted"));
    }

    /** Also those whose last token has expired: whoever holds one signs what it likes. */
    private static List<String> living(List<StoredKey> ever) {
        return ever.stream()
                .filter(key -> key.status() != KeyStatus.WITHDRAWN)
                .map(StoredKey::kid)
                .toList();
    }

    private Future<List<String>> withdraw(SqlConnection transaction, List<String> kids) {
        return table.withdraw(transaction, kids)
                .compose(done -> revocations.keysWithdrawn(transaction, kids))
                .map(kids);
    }

    /** Each of them is published to everybody: one at a time is enough. */
    private static void requireNoneWaiting(List<StoredKey> ever) {
        if (ever.stream().anyMatch(key -> key.status() == KeyStatus.NEXT)) {
            throw new ServiceException(ErrorCode.CONFLICT, "The next key is published already and waits for its time");
        }
    }

    private static void requireDispensable(List<StoredKey> ring, String kid) {
        StoredKey key = ring.stream()
                .filter(known -> known.kid().equals(kid))
                .findFirst()
                .orElseThrow(() -> new ServiceException(ErrorCode.NOT_FOUND, "There is no such signing key"));
        if (key.status() == KeyStatus.WITHDRAWN) {
            throw new ServiceException(ErrorCode.CONFLICT, "The signing key has been withdrawn before");
        }
        boolean anotherSigns = ring.stream().anyMatch(other -> !other.kid().equals(kid) && signs(other));
        if (key.status() == KeyStatus.CURRENT && !anotherSigns) {
            throw new ServiceException(
                    ErrorCode.CONFLICT, "No other key could sign: make one first, or rotate with \"emergency\"");
        }
    }

    /** Its private half is kept, or some instance holds it. */
    private static boolean signs(StoredKey key) {
        boolean ripe = key.status() == KeyStatus.CURRENT || key.status() == KeyStatus.RETIRED;
        return ripe && (key.sealed() != null || key.isHeld());
    }

    /** Nothing is read any more: whoever heard now that it failed would do it once more. */
    private Future<RingChange> answer(Committed<RingKey> committed, boolean waits) {
        return whenChanged
                .get()
                .otherwiseEmpty()
                .compose(changed -> waits ? committed.everywhere() : Future.succeededFuture(true))
                .map(everywhere -> new RingChange(committed.result(), everywhere));
    }

    /**
     * What became of a key, with the fact that tells of it.
     *
     * @param made the key that is new; null where one was only withdrawn
     */
    private Future<Change<RingKey>> change(
            Caller caller, SqlConnection transaction, String kid, @Nullable String made, List<String> withdrawn) {
        return table.key(transaction, kid)
                .map(key -> new Change<>(
                        key.shown(),
                        List.of(store.outbox()
                                .fact(
                                        TokenEvents.KEY_ROTATED,
                                        null,
                                        Outcome.SUCCESS,
                                        caller,
                                        new TokenEvents.KeyRotated(made, withdrawn)))));
    }
}
