package ai.sentryagent.idp.runtime.token;

import ai.sentryagent.idp.schema.tokens.Jwks;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.RSAKey;
import io.vertx.core.Future;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The public keys that a verifier knows, by kid. An unknown kid makes it ask for the keys again, at most once a second
 * whatever is presented; and a known one once a minute, so that a key that has been withdrawn is forgotten. Belongs to one
 * event loop.
 */
public final class KeySet {
    private static final Logger LOG = LoggerFactory.getLogger(KeySet.class);
    private static final Duration ASK_AT_MOST_EVERY = Duration.ofSeconds(1);
    private static final Duration ASK_AT_LEAST_EVERY = Duration.ofMinutes(1);

    private final Supplier<Future<Jwks>> source;
    private final Clock clock;
    private Map<String, JWSVerifier> byId = Map.of();
    private Instant asked = Instant.EPOCH;
    private Future<Void> loading = Future.succeededFuture();

    /**
     * Starts out empty.
     *
     * @param source asks for the keys that may verify a live token
     */
    public KeySet(Supplier<Future<Jwks>> source, Clock clock) {
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
                .map(KeySet::verifiers)
                .onSuccess(verifiers -> byId = verifiers)
                .onFailure(failure ->
                        LOG.atWarn().addKeyValue("cause", failure.getMessage()).log("Keys could not be loaded"))
                .mapEmpty();
        return loading;
    }

    /** Fails when the key is not known and the keys cannot be had: that is no reason to call a token forged. */
    Future<Optional<JWSVerifier>> find(String kid) {
        JWSVerifier known = byId.get(kid);
        if (known != null) {
            if (clock.instant().isAfter(asked.plus(ASK_AT_LEAST_EVERY))) {
                load();
            }
            return Future.succeededFuture(Optional.of(known));
        }
        boolean mayAsk = !loading.isComplete() || clock.instant().isAfter(asked.plus(ASK_AT_MOST_EVERY));
        return (mayAsk ? load() : loading).map(loaded -> Optional.ofNullable(byId.get(kid)));
    }

    private static Map<String, JWSVerifier> verifiers(Jwks jwks) {
        Map<String, JWSVerifier> verifiers = new HashMap<>();
        for (Map<String, Object> jwk : jwks.keys()) {
            try {
                RSAKey key = RSAKey.parse(jwk);
                verifiers.put(key.getKeyID(), new RSASSAVerifier(key));
            } catch (ParseException | JOSEException e) {
                throw new IllegalStateException("token-service publishes only RSA keys", e);
            }
        }
        return Map.copyOf(verifiers);
    }
}
