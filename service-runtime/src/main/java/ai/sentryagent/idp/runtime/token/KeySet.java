package ai.sentryagent.idp.runtime.token;

import ai.sentryagent.idp.schema.ErrorCode;
import ai.sentryagent.idp.schema.ServiceException;
import ai.sentryagent.idp.schema.tokens.Jwks;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that a verifier knows, by kid. Whoever has it loads it every {@link #LOAD_EVERY}. Of an unknown kid it says
 * nothing before it has asked again, at most forty times a second whatever is presented: whoever comes between waits for
 * the next time, together with all others. Belongs to one event loop.
 */
public final class KeySet {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
    private static final long ASK_AT_MOST_EVERY = 25; // milliseconds

    /** A key is published for longer before it signs, so that no flood of unknown kids can hide a new one. */
    public static final Duration LOAD_EVERY = Duration.ofSeconds(5);

    /** A copy that could not be renewed for so long says nothing: a key in it may have been withdrawn. */
    private static final Duration BELIEVED_FOR = Duration.ofMinutes(1);

    /** As many may wait for keys, each with all that it has sent. */
    private static final int WAITING = 1_000;

    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final Supplier<Future<Jwks>> source;
    private final Clock clock;
    private Jwks known = new Jwks(List.of(), 0);
    private Map<String, PublicKey> byId = Map.of();
    private Instant asked = Instant.EPOCH;
    private Instant loaded = Instant.EPOCH;
    private Future<Void> loading = Future.succeededFuture();
    private @Nullable Future<Void> next;
    private boolean stale;
    private int waiting;

    /**
     * Starts out empty.
     *
     * @param source asks for the keys that may verify a live token
     */
    public KeySet(Vertx vertx, Supplier<Future<Jwks>> source, Clock clock) {
        this.vertx = vertx;
        this.source = source;
        this.clock = clock;
    }

    /** Asks for the keys; what is known stays when that fails. */
    public Future<Void> load() {
        if (!loading.isComplete()) {
            return loading;
        }
        asked = clock.instant();
        loading = source.get()
                .<Void>map(jwks -> {
                    byId = verifiers(jwks);
                    known = jwks;
                    loaded = clock.instant();
                    stale = false;
                    return null;
                })
                .onFailure(failure -> {
                    if (!stale) {
                        LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Keys could not be loaded");
                    }
                    stale = true;
                });
        return loading;
    }

    /**
     * What was asked for just now; where that fails, or takes longer than others wait for keys, what is known of late, to be asked
     * for again soon: whoever verifies elsewhere shall be able to begin while those are away who make tokens.
     */
    public Future<Jwks> orKnown(Future<Jwks> asked) {
        return asked.timeout(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> isBelieved()
                        ? Future.succeededFuture(
                                new Jwks(known.keys(), Math.min(known.maxAgeSeconds(), LOAD_EVERY.toSeconds())))
                        : asked);
    }

    private boolean isBelieved() {
        return !clock.instant().isAfter(loaded.plus(BELIEVED_FOR));
    }

    /** A key verifies with the one algorithm that was published with it, whatever a header says (RFC 8725 §3.1). */
    private record PublicKey(Map<String, Object> jwk, JWSAlgorithm algorithm, JWSVerifier verifier) {

        Optional<JWSVerifier> verifies(JWSAlgorithm asked) {
            return algorithm.equals(asked) ? Optional.of(verifier) : Optional.empty();
        }
    }

    /**
     * The verifier of a key, the same one for as long as the key is published. Fails when the key is not known, or not of
     * late, and the keys cannot be had: that is no reason to call a token forged; and while too many wait for keys.
     */
    Future<Optional<JWSVerifier>> find(String kid, JWSAlgorithm algorithm) {
        PublicKey key = byId.get(kid);
        if (key != null && isBelieved()) {
            return Future.succeededFuture(key.verifies(algorithm));
        }
        if (waiting == WAITING) {
            return Future.failedFuture(
                    new ServiceException(ErrorCode.SERVICE_UNAVAILABLE, "Too many requests wait for signing keys"));
        }
        waiting++;
        return askAfterNow().onComplete(done -> waiting--).map(loaded -> Optional.ofNullable(byId.get(kid))
                .flatMap(found -> found.verifies(algorithm)));
    }

    /** An answer that is on its way may be older than the key that is looked for. */
    private Future<Void> askAfterNow() {
        if (next != null) {
            return next;
        }
        long since = Duration.between(asked, clock.instant()).toMillis();
        if (loading.isComplete() && since >= ASK_AT_MOST_EVERY) {
            return load();
        }
        next = vertx.timer(Math.max(1, ASK_AT_MOST_EVERY - Math.max(0, since)))
                .otherwiseEmpty() // a failed one would be waited for ever after
                .compose(over -> loading.otherwiseEmpty())
                .compose(free -> {
                    next = null;
                    return load();
                });
        return next;
    }

    private Map<String, PublicKey> verifiers(Jwks jwks) {
        Map<String, PublicKey> verifiers = new HashMap<>();
        for (Map<String, Object> jwk : jwks.keys()) {
            PublicKey held = byId.get(String.valueOf(jwk.get("kid")));
            PublicKey key = held != null && held.jwk().equals(jwk) ? held : verifier(jwk);
            verifiers.put(String.valueOf(jwk.get("kid")), key);
        }
        return Map.copyOf(verifiers);
    }

    private static PublicKey verifier(Map<String, Object> jwk) {
        try {
            JWK key = JWK.parse(jwk);
            JWSVerifier verifier =
                    key instanceof RSAKey rsa ? new RSASSAVerifier(rsa) : new ECDSAVerifier(key.toECKey());
            return new PublicKey(jwk, JWSAlgorithm.parse(key.getAlgorithm().getName()), verifier);
        } catch (ParseException | JOSEException e) {
            throw new IllegalStateException("token-service publishes RSA and P-256 keys only", e);
        }
    }
}
